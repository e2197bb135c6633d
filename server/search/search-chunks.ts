import type { Database } from "@parley/db/open";
import type { Transaction } from "@parley/db/queryable";
import { type RawBuilder, sql } from "kysely";
import type { MessageId } from "../messages/show-messages.ts";

/** How many places of a chat's sequence make a passage; a smaller one costs more to index, a larger one more to read. */
export const PASSAGE = 64;

/** Passages that are written by one statement: what else waits for the database should not wait long. */
const AT_ONCE = 16;

/** Whether a passage of a chat was completed by what took the places `first` to `last`. */
export function completesPassage(first: number, last: number): boolean {
  return Math.floor((last + 1) / PASSAGE) > Math.floor(first / PASSAGE);
}

/** Finds the chats whose complete passages are not all written. */
export async function findLagging(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from chats
    where last_seq >= ${PASSAGE - 1} and (last_seq + 1) / ${PASSAGE} > ${firstUnwritten(sql`id`)}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Writes the next passages of a chat, in order and only complete ones.
 * @returns whether there may be more.
 */
export async function writePassages(db: Database, chat: string): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await lock(tx, chat);
    const { numAffectedRows } = await sql`
      insert into passages (chat_id, passage, words, since, until)
      select ${chat}::uuid, passage, said.*
      from (
        select ${firstUnwritten(sql`chats.id`)} as first, (last_seq + 1) / ${PASSAGE} as "end"
        from chats where id = ${chat}::uuid
      ) as unwritten
      cross join generate_series(first, least("end", first + ${AT_ONCE}) - 1) as passage
      cross join lateral (${saidIn(chat, sql`passage`)}) as said
    `.execute(tx);
    return numAffectedRows === BigInt(AT_ONCE);
  });
}

/** Writes a message's passage anew, where it is written: the message says something else now. */
export async function rewriteChunk(tx: Transaction, { chat, seq }: MessageId): Promise<void> {
  await lock(tx, chat);
  await sql`
    update passages set (words, since, until) = (${saidIn(chat, sql`passage`)})
    where chat_id = ${chat}::uuid and passage = ${Math.floor(seq / PASSAGE)}
  `.execute(tx);
}

/** What the messages of a passage say, and when the first and the last of them were sent. */
function saidIn(chat: string, passage: RawBuilder<unknown>) {
  return sql`
    select coalesce(string_agg(body, e'\n'), ''), min(created_at), max(created_at) from messages
    where messages.chat_id = ${chat}::uuid
      and seq >= ${passage} * ${PASSAGE} and seq < (${passage} + 1) * ${PASSAGE}
  `;
}

/** The number of a chat's first passage that is not written: they are written in order. */
export function firstUnwritten(chat: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(
    select coalesce(max(passage), -1) + 1 from passages where passages.chat_id = ${chat}
  )`;
}

/**
 * Lets one at a time write passages of a chat: who edits a message while its passage is written
 * waits, and finds the passage; or is waited for, and the passage finds the new words.
 */
async function lock(tx: Transaction, chat: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${chat}, 0))`.execute(tx);
}
