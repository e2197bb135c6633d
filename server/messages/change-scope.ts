import type { ChatEvent } from "@parley/contracts/events";
import type { User } from "@parley/contracts/users";
import { sql } from "kysely";
import type { ChangeScope, NewChange, Queryable } from "./change.ts";
import type { Tx } from "./facts.ts";
import { type ChangeRow, changeEvents } from "./replay.ts";

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
  const scope: ChangeScope = {
    tx,
    async record(change) {
      const row = await insertChange(tx, change);
      const events = await changeEvents({ db: tx, showNeutral }, [row]);
      effects.push(() => publish(change.chat, events));
      return row.seq;
    },
    afterCommit: (effect) => void effects.push(effect),
  };
  return { scope, effects };
}

async function insertChange(tx: Tx, change: NewChange): Promise<ChangeRow> {
  const { last_seq: seq } = await tx
    .updateTable("chats")
    .set({ last_seq: sql`last_seq + 1` })
    .where("id", "=", change.chat)
    .returning("last_seq")
    .executeTakeFirstOrThrow();
  return tx
    .insertInto("changes")
    .values({
      chat_id: change.chat,
      seq,
      kind: change.kind,
      by_id: change.by,
      at: new Date(),
      user_id: change.kind === "member" ? change.user : null,
      target: null,
      detail: JSON.stringify(detailOf(change)),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
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
  }
}
