import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/process/log";
import type { createPublish } from "./publish.ts";
import type { Outcome, StoreBatch } from "./store-outcome.ts";
import { createUnconfirmedEvents } from "./unconfirmed-events.ts";
import { unavailable, WRITE_DEADLINE_MS, withRetry } from "./with-retry.ts";
import { createWriterQueue, type PendingJob, type SubmitJob } from "./writer-queue.ts";

/** How often per deadline to look for jobs whose deadline passed. */
const CHECKS_PER_DEADLINE = 40;

export interface WriterDeps<Submission, Result> {
  db: Database;
  storeBatch: StoreBatch<Submission, Result>;
  /** Identifies a submission over all its tries. */
  keyOf(submission: Submission): string;
  publish: ReturnType<typeof createPublish>;
  log: Log;
  /** Takes a time in seconds: of a commit, or from a submission to its commit (`total`). */
  observe(stage: "total" | "commit", seconds: number): void;
}

export interface Writer<Submission, Result> {
  /**
   * Stores a submission together with the others that wait. Resolves after the commit.
   * @throws Refusal when the submission is rejected, `unavailable` while the database is away,
   * `overloaded` when the queue is full.
   */
  submit(submission: Submission): Promise<Result>;
  /**
   * Runs a job alone, after everything that was queued before it.
   * @param run takes the job's deadline, in the time of `performance.now()`.
   * @throws Refusal `unavailable` after the deadline, `overloaded` when the queue is full; any error of `run`.
   */
  runAlone<T>(run: (deadline: number) => Promise<T>): Promise<T>;
  /** Resolves when every queued job is settled. */
  drain(): Promise<void>;
}

/**
 * Creates the writer: the only place that extends the sequences of chats. It publishes events in
 * the order in which it writes them.
 *
 * It commits in groups without a timer: the submissions that arrive during a commit are the next
 * batch, in one transaction. So a lone submission waits for one commit, and many share one.
 */
export function createWriter<Submission, Result>(
  deps: WriterDeps<Submission, Result>,
  { deadlineMs = WRITE_DEADLINE_MS } = {},
): Writer<Submission, Result> {
  const { db, log, publish } = deps;
  const queue = createWriterQueue<Submission, Result>();
  const unconfirmed = createUnconfirmedEvents(deps.keyOf);
  let committing: readonly PendingJob[] = [];
  let working: Promise<void> | undefined;

  function enqueue(job: Parameters<typeof queue.push>[0]): void {
    queue.push(job);
    working ??= work();
  }

  async function work(): Promise<void> {
    const check = setInterval(rejectExpired, deadlineMs / CHECKS_PER_DEADLINE);
    for (let batch = queue.take(); batch; batch = queue.take()) {
      committing = batch.kind === "alone" ? [batch] : batch.jobs;
      await (batch.kind === "alone" ? batch.run() : commit(batch.jobs));
    }
    committing = [];
    clearInterval(check);
    // In the same turn in which the queue was found empty: the next job starts the work again.
    working = undefined;
  }

  /** A job that is rejected during its commit may be committed all the same. */
  function rejectExpired(): void {
    const horizon = performance.now() - deadlineMs;
    for (const job of queue.takeExpired(horizon)) job.reject(unavailable());
    for (const job of committing) if (job.at <= horizon) job.reject(unavailable());
  }

  async function commit(jobs: readonly SubmitJob<Submission, Result>[]): Promise<void> {
    const start = performance.now();
    const deadline = deadlineMs + (jobs.at(-1)?.at ?? start);
    /** The jobs of the last try: an expired job, which was rejected, is not stored by a later try. */
    let tried = jobs;
    let batch: readonly Submission[] = [];
    const storeUnexpired = () => {
      const horizon = performance.now() - deadlineMs;
      tried = jobs.filter(({ at }) => at > horizon);
      batch = tried.map(({ submission }) => submission);
      return store(batch);
    };
    try {
      const outcomes = await withRetry(log, storeUnexpired, deadline);
      const end = performance.now();
      tried.forEach((job, index) => {
        settle(job, outcomes[index] as Outcome<Result>);
      });
      await publishOutcomes(batch, outcomes);
      observe(tried, start, end);
    } catch (error) {
      for (const job of tried) job.reject(error);
    }
    if (tried.length < jobs.length)
      for (const job of jobs) if (!tried.includes(job)) job.reject(unavailable());
  }

  async function store(batch: readonly Submission[]): Promise<Outcome<Result>[]> {
    const now = new Date();
    try {
      return await deps.storeBatch(db, batch, now);
    } catch (error) {
      unconfirmed.add(batch, now);
      throw error;
    }
  }

  /** Called after the publishing, so that no message waits for it. */
  function observe(jobs: readonly PendingJob[], start: number, end: number): void {
    deps.observe("commit", (end - start) / 1000);
    for (const { at } of jobs) deps.observe("total", (end - at) / 1000);
  }

  /**
   * Publishes the event of a duplicate as well, if this server has not published it: the response to
   * its commit was lost, or another server stopped before it published the event.
   */
  async function publishOutcomes(
    batch: readonly Submission[],
    outcomes: readonly Outcome<Result>[],
  ): Promise<void> {
    await publish.publishFound(unconfirmed.takeFound(batch, outcomes));
    for (const outcome of outcomes)
      if (outcome.kind === "duplicate")
        await publish.catchUpAll(new Map([[outcome.chat, outcome.seq]]));
    await publish.publishAll(outcomes.filter((outcome) => outcome.kind === "stored"));
  }

  return {
    async submit(submission) {
      const settled = Promise.withResolvers<Result>();
      enqueue({ kind: "submit", at: performance.now(), submission, ...settled });
      return settled.promise;
    },
    async runAlone<T>(run: (deadline: number) => Promise<T>) {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const at = performance.now();
      const job = () => run(at + deadlineMs).then(resolve, reject);
      enqueue({ kind: "alone", at, run: job, reject });
      return promise;
    },
    async drain() {
      await working;
    },
  };
}

function settle<Result>(job: SubmitJob<unknown, Result>, outcome: Outcome<Result>): void {
  if (outcome.kind === "rejected") job.reject(outcome.refusal);
  else job.resolve(outcome.result);
}
