import { Refusal } from "@parley/platform/http/problem";

const MAX_BATCH = 1_000;
const MAX_QUEUED = 20_000;
const RETRY_AFTER_S = 1;

export interface PendingJob {
  /** When the job was queued, in the time of `performance.now()`. */
  readonly at: number;
  reject(reason: unknown): void;
}

/** A submission, which shares its transaction with other submissions. */
export interface SubmitJob<Submission, Result> extends PendingJob {
  readonly kind: "submit";
  readonly submission: Submission;
  resolve(result: Result): void;
}

/** A job that shares its transaction with no other. */
interface LoneJob extends PendingJob {
  readonly kind: "alone";
  run(): Promise<void>;
}

/** The jobs that run together: a lone job, or consecutive submissions. */
type Batch<Submission, Result> =
  | LoneJob
  | { readonly kind: "submissions"; readonly jobs: readonly SubmitJob<Submission, Result>[] };

/** Holds the jobs of the writer, first in, first out. */
export function createWriterQueue<Submission, Result>() {
  type Submit = SubmitJob<Submission, Result>;
  type Job = Submit | LoneJob;
  let queued: Job[] = [];

  function takeFirst(count: number): Job[] {
    const taken = queued.slice(0, count);
    queued = queued.slice(count);
    return taken;
  }

  return {
    /** @throws Refusal `overloaded` when the queue is full. */
    push(job: Job): void {
      if (queued.length >= MAX_QUEUED)
        throw new Refusal("overloaded", undefined, { retryAfter: RETRY_AFTER_S });
      queued.push(job);
    },

    /** Takes the next lone job, or all submissions before the next lone job. */
    take(): Batch<Submission, Result> | undefined {
      const [first] = queued;
      if (first?.kind !== "submit") return takeFirst(1)[0] as LoneJob | undefined;
      const alone = queued.findIndex(({ kind }) => kind === "alone");
      const jobs = takeFirst(Math.min(alone < 0 ? queued.length : alone, MAX_BATCH));
      return { kind: "submissions", jobs: jobs as Submit[] };
    },

    /** Takes the jobs that were queued at `horizon` or before. */
    takeExpired(horizon: number): Job[] {
      const later = queued.findIndex(({ at }) => at > horizon);
      return takeFirst(later < 0 ? queued.length : later);
    },
  };
}
