import type { ChatId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import type { Transaction } from "@parley/db/queryable";
import { type RawBuilder, sql } from "kysely";
import type { MessageId } from "../messages/show-messages.ts";

/**
 * Places of a chat's sequence that make one search chunk. Smaller chunks cost more to index, larger
 * ones more to read.
 */
export const CHUNK_SIZE = 64;

/** Chunks that one statement writes at most, so that other users of the database do not wait long. */
const CHUNKS_PER_STATEMENT = 16;

/** Whether the events `first` to `last` complete a chunk of their chat. */
export function completesChunk(first: number, last: number): boolean {
  return Math.floor((last + 1) / CHUNK_SIZE) > Math.floor(first / CHUNK_SIZE);
}

/** Finds the chats that have complete chunks which are not written. */
export async function findLagging(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from chats
    where last_seq >= ${CHUNK_SIZE - 1}
      and (last_seq + 1) / ${CHUNK_SIZE} > ${firstUnwritten(sql`id`)}
  `.execute(db);
  return rows.map(({ id }) => id);
}

/**
 * Writes the next complete chunks of a chat, in order.
 * @returns whether there may be more to write.
 */
export async function writeChunks(db: Database, chat: ChatId): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await lockChunks(tx, chat);
    const { numAffectedRows } = await sql`
      insert into search_chunks (chat_id, chunk, body, first_at, last_at)
      select ${chat}::uuid, chunk, content.*
      from (
        select ${firstUnwritten(sql`chats.id`)} as first, (last_seq + 1) / ${CHUNK_SIZE} as "end"
        from chats where id = ${chat}::uuid
      ) as unwritten
      cross join generate_series(first, least("end", first + ${CHUNKS_PER_STATEMENT}) - 1) as chunk
      cross join lateral (${contentOf(chat, sql`chunk`)}) as content
    `.execute(tx);
    return numAffectedRows === BigInt(CHUNKS_PER_STATEMENT);
  });
}

/** Writes the chunk of a changed message again, unless the chunk is not written yet. */
export async function rewriteChunk(tx: Transaction, { chat, seq }: MessageId): Promise<void> {
  await lockChunks(tx, chat);
  await sql`
    update search_chunks set (body, first_at, last_at) = (${contentOf(chat, sql`chunk`)})
    where chat_id = ${chat}::uuid and chunk = ${Math.floor(seq / CHUNK_SIZE)}
  `.execute(tx);
}

/** The bodies of the messages of a chunk, and the times of the first and the last of them. */
function contentOf(chat: ChatId, chunk: RawBuilder<unknown>) {
  return sql`
    select coalesce(string_agg(body, e'\n'), ''), min(created_at), max(created_at) from messages
    where messages.chat_id = ${chat}::uuid
      and seq >= ${chunk} * ${CHUNK_SIZE} and seq < (${chunk} + 1) * ${CHUNK_SIZE}
  `;
}

/** The number of a chat's first chunk that is not written; chunks are written in order. */
export function firstUnwritten(chat: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(
    select coalesce(max(chunk), -1) + 1 from search_chunks where search_chunks.chat_id = ${chat}
  )`;
}

/**
 * Locks the chunks of a chat until the end of the transaction. An edit that comes while the chunk of
 * its message is written waits, and rewrites the chunk; or the chunk waits, and has the new body.
 */
async function lockChunks(tx: Transaction, chat: ChatId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${chat}, 0))`.execute(tx);
}
