import type { ChatEvent } from "@parley/contracts/events";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";
import { showUnreacted } from "../messages/show-messages.ts";
import { changeEvents, type EventDeps, messageEvent } from "./show-events.ts";

export type Replay = ReturnType<typeof createReplay>;

/** Reads again, from the tables, what happened in a chat: the same events that were published live. */
export function createReplay({ db, showNeutral }: EventDeps) {
  /** The events after `after`, at most `limit` of them, ascending and without holes. */
  return async function replay(chat: string, after: number, limit: number): Promise<ChatEvent[]> {
    const head = await headOf(db, chat);
    const messages = await db
      .selectFrom("messages")
      .selectAll()
      .where(within(chat, after, head))
      .orderBy("seq")
      .limit(limit)
      .execute();
    const changes = await db
      .selectFrom("changes")
      .selectAll()
      .where(within(chat, after, head))
      .orderBy("seq")
      .limit(limit)
      .execute();
    const events = (await showUnreacted(db, messages)).map(messageEvent);
    return [...events, ...(await changeEvents({ db, showNeutral }, changes))]
      .sort((a, b) => a.seq - b.seq)
      .slice(0, limit);
  };
}

/**
 * The newest `seq` committed. All up to it is committed too, so the two tables, read one after the
 * other, agree up to it: without the bound a commit between the two reads would leave a hole.
 */
async function headOf(db: Queryable, chat: string): Promise<number> {
  const row = await db
    .selectFrom("chats")
    .select("last_seq")
    .where("id", "=", chat)
    .executeTakeFirst();
  return row?.last_seq ?? 0;
}

function within(chat: string, after: number, head: number) {
  return sql<boolean>`chat_id = ${chat}::uuid and seq > ${after} and seq <= ${head}`;
}
