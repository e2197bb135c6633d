import type { ChatEvent } from "@parley/contracts/events";
import { LIMITS } from "@parley/contracts/limits";
import type { Draft, Message } from "@parley/contracts/messages";
import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/log";
import { Refusal } from "@parley/platform/problem";
import type { ChangeScope, Tx } from "./change.ts";
import { messageEvent } from "./change-events.ts";
import { openChangeScope } from "./change-scope.ts";
import { commitOnce } from "./commit-once.ts";
import type { Outcome } from "./decide-batch.ts";
import type { Submission } from "./facts.ts";
import { persistently } from "./persistence.ts";
import type { Replay } from "./replay.ts";
import { storeBatch } from "./store-batch.ts";

const MAX_BATCH = 1_000;
const MAX_WAITING = 20_000;

export interface WriterDeps {
  db: Database;
  replay: Replay;
  showNeutral: Parameters<typeof openChangeScope>[1];
  log: Log;
  /** How far a chat was published here; undefined when nobody here follows it. */
  head(chat: string): number | undefined;
  publish(chat: string, events: ChatEvent[]): void;
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

type SendJob = { kind: "send"; at: number } & Submission & PromiseWithResolvers<Sent>;
type Job = SendJob | { kind: "change"; run(): Promise<void> };

export type Writer = ReturnType<typeof createWriter>;

/**
 * The one place where chats' sequences grow: what is written here is published here, in its order.
 *
 * Group commit without a timer: whatever arrived while a commit was on its way is the next batch,
 * in one transaction. So a lone message waits for one commit, and a flood pays for few.
 */
export function createWriter(deps: WriterDeps) {
  const { db, log } = deps;
  let waiting: Job[] = [];
  let working: Promise<void> | undefined;

  function enqueue(job: Job): void {
    waiting.push(job);
    working ??= work();
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = takeBatch();
      if (batch[0]?.kind === "change") await batch[0].run();
      else await commit(batch.filter((job) => job.kind === "send"));
    }
    // In the same turn in which nothing waits: a job that comes a moment later starts the work anew.
    working = undefined;
  }

  /** The next change alone, or all sends up to the next change. */
  function takeBatch(): Job[] {
    const change = waiting.findIndex((job) => job.kind === "change");
    const end = change < 0 ? waiting.length : Math.max(change, 1);
    const batch = waiting.slice(0, Math.min(end, MAX_BATCH));
    waiting = waiting.slice(batch.length);
    return batch;
  }

  async function commit(jobs: SendJob[]): Promise<void> {
    const start = performance.now();
    try {
      const outcomes = await persistently(log, () => storeBatch(db, jobs, new Date()));
      observe(jobs, start);
      jobs.forEach((job, index) => {
        settle(job, outcomes[index] as Outcome);
      });
      await announce(outcomes).catch((error) => log.error({ err: error }, "publishing failed"));
    } catch (error) {
      for (const job of jobs) job.reject(error);
    }
  }

  function observe(jobs: readonly { at: number }[], start: number): void {
    const end = performance.now();
    deps.observe("commit", (end - start) / 1000);
    for (const { at } of jobs) deps.observe("total", (end - at) / 1000);
  }

  /** A duplicate may be news too: the answer to its commit was lost, or another server died before it told. */
  async function announce(outcomes: readonly Outcome[]): Promise<void> {
    for (const outcome of outcomes)
      if (outcome.kind === "duplicate") await catchUp(outcome.chat, outcome.seq);
    const stored = outcomes.filter((outcome) => outcome.kind === "stored");
    for (const [chat, messages] of Map.groupBy(stored, ({ message }) => message.chat))
      await publishInOrder(
        chat,
        messages.map(({ message }) => messageEvent(message)),
      );
  }

  /** Publishes events; where others before them were not published here, those are read again first. */
  async function publishInOrder(chat: string, events: ChatEvent[]): Promise<void> {
    const head = deps.head(chat);
    if (head === undefined || head + 1 === events[0]?.seq) deps.publish(chat, events);
    else await catchUp(chat, events.at(-1)?.seq ?? 0);
  }

  /** Publishes what is stored of a chat up to `seq` and was not published here yet. */
  async function catchUp(chat: string, seq: number): Promise<void> {
    for (let head = deps.head(chat); head !== undefined && head < seq; head = deps.head(chat)) {
      const missed = await deps.replay(chat, head, LIMITS.replay);
      if (missed.length === 0) return;
      deps.publish(chat, missed);
    }
  }

  return {
    /**
     * Makes a message of a draft, once for each `clientId`; resolves after the commit.
     * @throws Refusal when the sender may not, or when too much waits already.
     */
    send(sender: string, draft: Draft): Promise<Sent> {
      if (waiting.length >= MAX_WAITING)
        return Promise.reject(new Refusal("overloaded", undefined, { retryAfter: 1 }));
      const settled = Promise.withResolvers<Sent>();
      enqueue({
        kind: "send",
        at: performance.now(),
        sender,
        draft,
        ...settled,
      });
      return settled.promise;
    },

    /**
     * Runs everything durable that is not a message, as one transaction in the same order.
     * @param work is called again when its transaction came to nothing through no fault of its own.
     * @throws Refusal `unavailable` when the database stays away; whatever `work` throws.
     */
    change<T>(work: (scope: ChangeScope) => Promise<T>): Promise<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const since = performance.now();
      enqueue({
        kind: "change",
        run: () => change(work, since).then(resolve, reject),
      });
      return promise;
    },

    /** Resolves when all that was handed over is settled. */
    async drain(): Promise<void> {
      await working;
    },
  };

  async function change<T>(work: (scope: ChangeScope) => Promise<T>, since: number): Promise<T> {
    const transact = async (tx: Tx) => {
      const { scope, effects } = openChangeScope(tx, deps.showNeutral, publishInOrder);
      return { result: await work(scope), effects };
    };
    const { result, effects } = await commitOnce(deps, transact, since);
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
