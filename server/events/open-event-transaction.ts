import type { ChatEvent } from "@parley/contracts/events";
import type { Transaction } from "@parley/db/queryable";
import { sql } from "kysely";
import type { EventTransaction } from "./event-transaction.ts";
import { type ChangeRow, type EventKinds, type NewEvent, showChanges } from "./kinds.ts";

type Effect = () => void | Promise<void>;

/**
 * Makes an event transaction of a database transaction.
 * @param publish is called, as one of the effects, with the appended events.
 * @returns the event transaction, and the effects to run after its commit, in their order.
 */
export function openEventTransaction(
  tx: Transaction,
  kinds: EventKinds,
  publish: (chat: string, events: ChatEvent[]) => Promise<void>,
): { transaction: EventTransaction; effects: readonly Effect[] } {
  const effects: Effect[] = [];
  const now = new Date();

  async function appendTo(chat: string, events: readonly NewEvent[]): Promise<ChangeRow[]> {
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
  chat: string,
  events: readonly NewEvent[],
  now: Date,
): Promise<ChangeRow[]> {
  const { last_seq: last } = await tx
    .updateTable("chats")
    .set({ last_seq: sql`last_seq + ${events.length}` })
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
