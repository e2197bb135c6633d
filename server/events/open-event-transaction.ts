import type { ChatEvent } from "@parley/contracts/events";
import type { User } from "@parley/contracts/users";
import type { Queryable, Transaction } from "@parley/db/queryable";
import { sql } from "kysely";
import type { EventTransaction, NewEvent } from "./event-transaction.ts";
import { type ChangeRow, changeEvents } from "./show-events.ts";

type Effect = () => void | Promise<void>;

/**
 * Opens a scope on a transaction, and collects what is to happen after its commit.
 * @param publish is called, among the other effects, for each change recorded.
 */
export function openEventTransaction(
  tx: Transaction,
  showNeutral: (ids: readonly string[], q?: Queryable) => Promise<Map<string, User>>,
  publish: (chat: string, events: ChatEvent[]) => Promise<void>,
): { scope: EventTransaction; effects: readonly Effect[] } {
  const effects: Effect[] = [];
  const now = new Date();
  const scope: EventTransaction = {
    tx,
    now,
    async append(change) {
      const [row] = await recordAll(change.chat, [change]);
      return (row as ChangeRow).seq;
    },
    async appendAll(changes) {
      const [first] = changes;
      if (first) await recordAll(first.chat, changes);
    },
    afterCommit: (effect) => void effects.push(effect),
  };
  return { scope, effects };

  async function recordAll(chat: string, changes: readonly NewEvent[]): Promise<ChangeRow[]> {
    const rows = await insertEvents(tx, chat, changes, now);
    const events = await changeEvents({ db: tx, showNeutral }, rows);
    effects.push(() => publish(chat, events));
    return rows;
  }
}

async function insertEvents(
  tx: Transaction,
  chat: string,
  changes: readonly NewEvent[],
  now: Date,
): Promise<ChangeRow[]> {
  const { last_seq: last } = await tx
    .updateTable("chats")
    .set({ last_seq: sql`last_seq + ${changes.length}` })
    .where("id", "=", chat)
    .returning("last_seq")
    .executeTakeFirstOrThrow();
  const rows = await tx
    .insertInto("changes")
    .values(
      changes.map((change, index) => ({
        chat_id: chat,
        seq: last - changes.length + index + 1,
        kind: change.kind,
        by_id: change.by,
        at: now,
        user_id: change.kind === "member" ? change.user : null,
        target: "target" in change ? change.target : null,
        detail: JSON.stringify(detailOf(change)),
      })),
    )
    .returningAll()
    .execute();
  return rows.sort((a, b) => a.seq - b.seq);
}

/** What an event carries beyond the columns that all changes share. */
function detailOf(change: NewEvent): Record<string, unknown> {
  switch (change.kind) {
    case "member":
      return {
        action: change.action,
        role: change.role,
        mutedUntil: change.mutedUntil,
      };
    case "chat":
      return {
        name: change.name,
        topic: change.topic,
        visibility: change.visibility,
      };
    case "edit":
      return { reactions: change.reactions };
    case "delete":
      return {};
    case "reaction":
      return { emoji: change.emoji, added: change.added, count: change.count };
  }
}
