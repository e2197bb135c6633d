import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import type { Transaction } from "@parley/db/queryable";
import type { Log } from "@parley/platform/process/log";
import { sql } from "kysely";
import { commitOnce } from "./commit-once.ts";
import type { EventTransaction, EventWriter } from "./event-transaction.ts";
import { type ChangeRow, type EventKinds, type NewEvent, showChanges } from "./kinds.ts";

export interface TransactDeps {
  db: Database;
  kinds: EventKinds;
  log: Log;
  /** Runs a job alone, after everything that was queued before it; `run` takes the job's deadline. */
  runAlone<T>(run: (deadline: number) => Promise<T>): Promise<T>;
  publish(chat: ChatId, events: ChatEvent[]): Promise<void>;
}

type Effect = () => void | Promise<void>;

/** Creates what appends every event that is not a submission, in transactions that are committed once. */
export function createTransact(deps: TransactDeps): EventWriter["transact"] {
  const { log, kinds, publish } = deps;

  async function commit<T>(
    work: (transaction: EventTransaction) => Promise<T>,
    deadline: number,
  ): Promise<T> {
    const run = async (tx: Transaction) => {
      const { transaction, effects } = openTransaction(tx, kinds, publish);
      return { result: await work(transaction), effects };
    };
    const { result, effects } = await commitOnce(deps, run, deadline);
    for (const effect of effects)
      await Promise.try(effect).catch((err) => log.error({ err }, "afterCommit callback failed"));
    return result;
  }

  return (work) => deps.runAlone((deadline) => commit(work, deadline));
}

/** @returns the transaction, and the effects to run after its commit, in their order. */
function openTransaction(
  tx: Transaction,
  kinds: EventKinds,
  publish: TransactDeps["publish"],
): { transaction: EventTransaction; effects: readonly Effect[] } {
  const effects: Effect[] = [];
  const now = new Date();

  async function appendTo(chat: ChatId, events: readonly NewEvent[]): Promise<ChangeRow[]> {
    const rows = await insertEvents(tx, chat, events, now);
    const shown = await showChanges(kinds, tx, rows);
    effects.push(() => publish(chat, shown));
    return rows;
  }

  const transaction: EventTransaction = {
    tx,
    now,
    async append(event) {
      const [row] = await appendTo(event.chat, [event]);
      return (row as ChangeRow).seq;
    },
    async appendAll(events) {
      const [first] = events;
      if (first) await appendTo(first.chat, events);
    },
    afterCommit: (effect) => void effects.push(effect),
  };
  return { transaction, effects };
}

/** Takes the next places of the chat's sequence, which locks the chat, and stores the events there. */
async function insertEvents(
  tx: Transaction,
  chat: ChatId,
  events: readonly NewEvent[],
  now: Date,
): Promise<ChangeRow[]> {
  const { last_seq: last } = await tx
    .updateTable("chats")
    .set({ last_seq: sql`last_seq + ${events.length}`, last_at: now })
    .where("id", "=", chat)
    .returning("last_seq")
    .executeTakeFirstOrThrow();
  const rows = await tx
    .insertInto("changes")
    .values(
      events.map(({ kind, by, target = null, user = null, detail }, index) => ({
        chat_id: chat,
        seq: last - events.length + index + 1,
        kind,
        by_id: by,
        at: now,
        user_id: user,
        target,
        detail: JSON.stringify(detail),
      })),
    )
    .returningAll()
    .execute();
  return rows.sort((a, b) => a.seq - b.seq);
}
