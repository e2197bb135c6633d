import type { ChatEvent } from "@parley/contracts/events";
import type { User } from "@parley/contracts/users";
import { sql } from "kysely";
import type { ChangeScope, NewChange, Queryable, Tx } from "./change.ts";
import { type ChangeRow, changeEvents } from "./show-events.ts";

type Effect = () => void | Promise<void>;

/**
 * Opens a scope on a transaction, and collects what is to happen after its commit.
 * @param publish is called, among the other effects, for each change recorded.
 */
export function openChangeScope(
  tx: Tx,
  showNeutral: (ids: readonly string[], q?: Queryable) => Promise<Map<string, User>>,
  publish: (chat: string, events: ChatEvent[]) => Promise<void>,
): { scope: ChangeScope; effects: readonly Effect[] } {
  const effects: Effect[] = [];
  const now = new Date();
  const scope: ChangeScope = {
    tx,
    now,
    async record(change) {
      const [row] = await recordAll(change.chat, [change]);
      return (row as ChangeRow).seq;
    },
    async recordAll(changes) {
      const [first] = changes;
      if (first) await recordAll(first.chat, changes);
    },
    afterCommit: (effect) => void effects.push(effect),
  };
  return { scope, effects };

  async function recordAll(chat: string, changes: readonly NewChange[]): Promise<ChangeRow[]> {
    const rows = await insertChanges(tx, chat, changes, now);
    const events = await changeEvents({ db: tx, showNeutral }, rows);
    effects.push(() => publish(chat, events));
    return rows;
  }
}

async function insertChanges(
  tx: Tx,
  chat: string,
  changes: readonly NewChange[],
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
function detailOf(change: NewChange): Record<string, unknown> {
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
