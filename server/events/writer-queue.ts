import { Refusal } from "@parley/platform/http/problem";
import type { Submission } from "../messages/batch-context.ts";
import type { Sent } from "./writer.ts";

const MAX_BATCH = 1_000;
const MAX_WAITING = 20_000;

interface Waiting {
  /** Since when it waits, as `performance.now()` tells it. */
  readonly at: number;
  readonly reject: (reason: unknown) => void;
}

export type SendJob = { readonly kind: "send" } & Waiting & Submission & PromiseWithResolvers<Sent>;
/** What shares no transaction with anything else: a change, or what is only published. */
type LoneJob = { readonly kind: "alone"; run(): Promise<void> } & Waiting;
type Job = SendJob | LoneJob;

/** What is done in one go: something alone, or as many sends as came one after the other. */
type Batch = LoneJob | { readonly kind: "sends"; readonly jobs: readonly SendJob[] };

/** Keeps what waits for the writer, in the order in which it came. */
export function createWriterQueue() {
  let waiting: Job[] = [];

  function takeFirst(count: number): Job[] {
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  }

  return {
    isEmpty: () => waiting.length === 0,

    /** @throws Refusal `overloaded` when too much waits already. */
    push(job: Job): void {
      if (waiting.length >= MAX_WAITING)
        throw new Refusal("overloaded", undefined, { retryAfter: 1 });
      waiting.push(job);
    },

    /** What comes next and is done alone, or all sends up to that. */
    take(): Batch | undefined {
      const [first] = waiting;
      if (first?.kind !== "send") return takeFirst(1)[0] as LoneJob | undefined;
      const alone = waiting.findIndex(({ kind }) => kind === "alone");
      const jobs = takeFirst(Math.min(alone < 0 ? waiting.length : alone, MAX_BATCH));
      return { kind: "sends", jobs: jobs as SendJob[] };
    },

    /** Takes out what waits since `horizon` or longer. */
    takeLate(horizon: number): Job[] {
      const later = waiting.findIndex(({ at }) => at > horizon);
      return takeFirst(later < 0 ? waiting.length : later);
    },
  };
}
