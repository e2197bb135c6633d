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

/**
 * Holds the jobs of the writer. Submissions and lone jobs take turns, so that a submission waits for one
 * lone job and not for all that somebody queued before it; each kind is first in, first out.
 */
export function createWriterQueue<Submission, Result>() {
  type Submit = SubmitJob<Submission, Result>;
  let submissions: Submit[] = [];
  let lone: LoneJob[] = [];
  let isLoneNext = false;

  /** A lone job runs after each submission that was queued before it. */
  function mustTakeLone(): boolean {
    const [submission, job] = [submissions[0], lone[0]];
    if (!(submission && job)) return job !== undefined;
    return isLoneNext && submission.at >= job.at;
  }

  return {
    /** @throws Refusal `overloaded` when the queue is full. */
    push(job: Submit | LoneJob): void {
      if (submissions.length + lone.length >= MAX_QUEUED)
        throw new Refusal("overloaded", undefined, { retryAfter: RETRY_AFTER_S });
      if (job.kind === "alone") lone.push(job);
      else submissions.push(job);
    },

    /** Takes the next lone job, or the submissions that wait. */
    take(): Batch<Submission, Result> | undefined {
      const takesLone = mustTakeLone();
      isLoneNext = !takesLone;
      if (takesLone) return lone.shift();
      const jobs = submissions.splice(0, MAX_BATCH);
      return jobs.length > 0 ? { kind: "submissions", jobs } : undefined;
    },

    /** Takes the jobs that were queued at `horizon` or before. */
    takeExpired(horizon: number): PendingJob[] {
      const isExpired = ({ at }: PendingJob) => at <= horizon;
      const expired = [...submissions.filter(isExpired), ...lone.filter(isExpired)];
      submissions = submissions.filter((job) => !isExpired(job));
      lone = lone.filter((job) => !isExpired(job));
      return expired;
    },
  };
}
