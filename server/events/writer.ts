import type { Draft, Message } from "@parley/contracts/messages";
import type { Database } from "@parley/db/open";
import type { Transaction } from "@parley/db/queryable";
import type { Log } from "@parley/platform/process/log";
import type { Outcome } from "../messages/decide-batch.ts";
import { storeBatch } from "../messages/store-batch.ts";
import { commitOnce } from "./commit-once.ts";
import type { EventTransaction } from "./event-transaction.ts";
import { openEventTransaction } from "./open-event-transaction.ts";
import { createPublisher, type PublisherDeps } from "./publisher.ts";
import { unavailable, WRITE_DEADLINE_MS, withRetry } from "./with-retry.ts";
import { createWriterQueue, type SendJob } from "./writer-queue.ts";

/** Looks for what waits too long, in the time of the patience. */
const LOOKS = 40;

export interface WriterDeps extends PublisherDeps {
  db: Database;
  showNeutral: Parameters<typeof openEventTransaction>[1];
  log: Log;
  /** Told the seconds from a frame read to its commit (`total`), and of each commit alone. */
  observe(stage: "total" | "commit", seconds: number): void;
}

export interface Sent {
  readonly chat: string;
  readonly seq: number;
  readonly createdAt: string;
  /** The new message; null when the same `clientId` had made it before. */
  readonly message: Message | null;
}

/**
 * The one place where chats' sequences grow: what is written here is published here, in its order.
 *
 * Group commit without a timer: whatever arrived while a commit was on its way is the next batch,
 * in one transaction. So a lone message waits for one commit, and a flood pays for few.
 */
export function createWriter(deps: WriterDeps, { patience = WRITE_DEADLINE_MS } = {}) {
  const { db, log } = deps;
  const queue = createWriterQueue();
  const publisher = createPublisher(deps);
  let committing: readonly { at: number; reject(reason: unknown): void }[] = [];
  let working: Promise<void> | undefined;

  function enqueue(job: Parameters<typeof queue.push>[0]): void {
    queue.push(job);
    working ??= work();
  }

  async function work(): Promise<void> {
    const look = setInterval(refuseLate, patience / LOOKS);
    for (let batch = queue.take(); batch; batch = queue.take()) {
      committing = batch.kind === "alone" ? [batch] : batch.jobs;
      await (batch.kind === "alone" ? batch.run() : commit(batch.jobs));
    }
    committing = [];
    clearInterval(look);
    // In the same turn in which nothing waits: a job that comes a moment later starts the work anew.
    working = undefined;
  }

  /** What is refused while its commit hangs may come to be all the same; of a send its `clientId` tells. */
  function refuseLate(): void {
    const horizon = performance.now() - patience;
    for (const job of queue.takeLate(horizon)) job.reject(unavailable());
    for (const job of committing) if (job.at <= horizon) job.reject(unavailable());
  }

  async function commit(jobs: readonly SendJob[]): Promise<void> {
    const start = performance.now();
    const deadline = patience + (jobs.at(-1)?.at ?? start);
    /** Who was refused meanwhile is not stored by a later try. */
    let tried = jobs;
    const transact = () => {
      const horizon = performance.now() - patience;
      tried = jobs.filter(({ at }) => at > horizon);
      return storeBatch(db, tried, new Date());
    };
    try {
      const outcomes = await withRetry(log, transact, deadline);
      observe(tried, start);
      tried.forEach((job, index) => {
        settle(job, outcomes[index] as Outcome);
      });
      await publisher.announce(outcomes);
    } catch (error) {
      for (const job of tried) job.reject(error);
    }
    if (tried.length < jobs.length)
      for (const job of jobs) if (!tried.includes(job)) job.reject(unavailable());
  }

  function observe(jobs: readonly { at: number }[], start: number): void {
    const end = performance.now();
    deps.observe("commit", (end - start) / 1000);
    for (const { at } of jobs) deps.observe("total", (end - at) / 1000);
  }

  return {
    /**
     * Makes a message of a draft, once for each `clientId`; resolves after the commit.
     * @throws Refusal when the sender may not, or when too much waits already.
     */
    async send(sender: string, draft: Draft): Promise<Sent> {
      const settled = Promise.withResolvers<Sent>();
      enqueue({ kind: "send", at: performance.now(), sender, draft, ...settled });
      return settled.promise;
    },

    /**
     * Runs everything durable that is not a message, as one transaction in the same order.
     * @param work is called again when its transaction came to nothing through no fault of its own.
     * @throws Refusal when the database stays away or too much waits already; whatever `work` throws.
     */
    transact<T>(work: (scope: EventTransaction) => Promise<T>): Promise<T> {
      return inTurn((deadline) => transact(work, deadline));
    },

    /** Publishes, behind all that waits, what is stored of chats up to a `seq` and was not published here. */
    catchUp(stored: ReadonlyMap<string, number>): Promise<void> {
      return inTurn(() => publisher.catchUpAll(stored));
    },

    /** Resolves when all that was handed over is settled. */
    async drain(): Promise<void> {
      await working;
    },
  };

  /** Does something alone, behind all that waits. @param run is told when the time of who asked is over. */
  async function inTurn<T>(run: (deadline: number) => Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const at = performance.now();
    enqueue({ kind: "alone", at, run: () => run(at + patience).then(resolve, reject), reject });
    return promise;
  }

  async function transact<T>(
    work: (scope: EventTransaction) => Promise<T>,
    deadline: number,
  ): Promise<T> {
    const transact = async (tx: Transaction) => {
      const { scope, effects } = openEventTransaction(
        tx,
        deps.showNeutral,
        publisher.publishInOrder,
      );
      return { result: await work(scope), effects };
    };
    const { result, effects } = await commitOnce(deps, transact, deadline);
    for (const effect of effects)
      await Promise.try(effect).catch((error) =>
        log.error({ err: error }, "an effect of a change failed"),
      );
    return result;
  }
}

function settle(job: SendJob, outcome: Outcome): void {
  switch (outcome.kind) {
    case "stored": {
      const { chat, seq, createdAt } = outcome.message;
      job.resolve({ chat, seq, createdAt, message: outcome.message });
      break;
    }
    case "duplicate": {
      const { chat, seq, createdAt } = outcome;
      job.resolve({ chat, seq, createdAt: createdAt.toISOString(), message: null });
      break;
    }
    case "rejected":
      job.reject(outcome.refusal);
  }
}
