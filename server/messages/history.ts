import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";
import { type MessageRow, showMessages } from "./show-messages.ts";

/** The place of a page in a chat's history. */
export type Position =
  | { from: "newest" }
  | { from: "before"; seq: number }
  | { from: "after"; seq: number }
  | { from: "around"; seq: number };

export interface Page {
  /** Ascending by `seq`. */
  readonly messages: Message[];
  /** Whether more messages follow in the requested direction: newer ones for `after`, otherwise older ones. */
  readonly hasMore: boolean;
}

/** Reads one page of a chat, as `viewer` sees it. */
export async function readPage(
  db: Queryable,
  viewer: UserId,
  chat: ChatId,
  position: Position,
  limit: number,
): Promise<Page> {
  const { rows, hasMore } = await rowsAt(db, chat, position, limit);
  return { messages: await showMessages(db, viewer, rows), hasMore };
}

async function rowsAt(db: Queryable, chat: ChatId, position: Position, limit: number) {
  switch (position.from) {
    case "newest":
      return older(db, chat, Number.MAX_SAFE_INTEGER, limit);
    case "before":
      return older(db, chat, position.seq, limit);
    case "after":
      return newer(db, chat, position.seq, limit);
    case "around": {
      const before = await older(db, chat, position.seq, Math.floor(limit / 2));
      const after = await newer(db, chat, position.seq - 1, limit - before.rows.length);
      return { rows: [...before.rows, ...after.rows], hasMore: before.hasMore };
    }
  }
}

async function older(db: Queryable, chat: ChatId, before: number, limit: number) {
  const rows = await messagesOf(db, chat)
    .where("seq", "<", before)
    .orderBy("seq", "desc")
    .limit(limit + 1)
    .execute();
  return { rows: rows.slice(0, limit).reverse(), hasMore: rows.length > limit };
}

async function newer(db: Queryable, chat: ChatId, after: number, limit: number) {
  const rows = await messagesOf(db, chat)
    .where("seq", ">", after)
    .orderBy("seq")
    .limit(limit + 1)
    .execute();
  return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
}

function messagesOf(db: Queryable, chat: ChatId) {
  return db.selectFrom("messages").selectAll().where("chat_id", "=", chat);
}

/** Reads the newest message of each chat, as `viewer` sees it, by chat ID; a chat without messages is not in the map. */
export async function latestMessages(
  db: Queryable,
  viewer: UserId,
  chats: readonly ChatId[],
): Promise<Map<string, Message>> {
  const { rows } = await sql<MessageRow>`
    select latest.* from unnest(${chats}::uuid[]) as asked (chat_id)
    cross join lateral (
      select * from messages where chat_id = asked.chat_id order by seq desc limit 1
    ) as latest
  `.execute(db);
  const messages = await showMessages(db, viewer, rows);
  return new Map(messages.map((message) => [message.chat, message]));
}
