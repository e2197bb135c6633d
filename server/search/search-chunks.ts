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

/** Notes about a stale chunk that are done with at once. */
const NOTES_PER_STATEMENT = 1_000;

/** Whether the events `first` to `last` complete a chunk of their chat. */
export function completesChunk(first: number, last: number): boolean {
  return Math.floor((last + 1) / CHUNK_SIZE) > Math.floor(first / CHUNK_SIZE);
}

/** Finds the chats that have complete chunks which are not written, or stale ones. */
export async function findLagging(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from chats
    where last_seq >= ${CHUNK_SIZE - 1}
      and (last_seq + 1) / ${CHUNK_SIZE} > ${firstUnwritten(sql`id`)}
    union select chat_id from stale_chunks
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

/**
 * Notes, in the transaction that changes a message, that its chunk is stale.
 *
 * The trigrams of a chunk take about 100 ms, for which neither the change nor the messages behind it wait.
 * A note is a row of its own, so that it waits for no other transaction.
 */
export async function markStale(tx: Transaction, { chat, seq }: MessageId): Promise<void> {
  const chunk = Math.floor(seq / CHUNK_SIZE);
  await tx.insertInto("stale_chunks").values({ chat_id: chat, chunk }).execute();
}

/**
 * Writes one stale chunk of a chat again.
 * @returns whether there may be more.
 */
export async function refreshChunk(db: Database, chat: ChatId): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await lockChunks(tx, chat);
    const notes = await firstNotes(tx, chat);
    const [first] = notes;
    if (!first) return false;
    // A statement after the notes were read, because it must see the changes that they are about.
    await sql`
      update search_chunks set (body, first_at, last_at) = (${contentOf(chat, sql`chunk`)})
      where chat_id = ${chat}::uuid and chunk = ${first.chunk}
    `.execute(tx);
    const ids = notes.map(({ id }) => id);
    await tx.deleteFrom("stale_chunks").where("id", "in", ids).execute();
    return true;
  });
}

/** The notes about the first stale chunk of a chat. */
async function firstNotes(tx: Transaction, chat: ChatId) {
  const { rows } = await sql<{ id: number; chunk: number }>`
    select id, chunk from stale_chunks
    where chat_id = ${chat}::uuid
      and chunk = (select min(chunk) from stale_chunks where chat_id = ${chat}::uuid)
    limit ${NOTES_PER_STATEMENT}
  `.execute(tx);
  return rows;
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

/** Locks the chunks of a chat against other indexers until the end of the transaction. */
async function lockChunks(tx: Transaction, chat: ChatId): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${chat}, 0))`.execute(tx);
}
