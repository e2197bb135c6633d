import type { ChatId } from "@parley/contracts/ids";
import { containsPattern } from "@parley/db/like-pattern";
import { type Parameters, prepare } from "@parley/db/prepare";
import { type QueryExecutorProvider, type RawBuilder, sql } from "kysely";
import { type Candidates, isBefore } from "./match-newest.ts";
import { CHUNK_SIZE, firstUnwritten } from "./search-chunks.ts";
import type { Place } from "./search-cursor.ts";
import { isIndexed } from "./search-terms.ts";

/** Chats whose newest messages one statement reads: those with the newest ones. */
const MAX_CHATS = 50;
/** Chunks with all terms that are read at most, beside one of each chat. */
const MAX_CHUNKS = 100;
/** At any time, no message's place is after this. */
const [LAST_ID, LAST_SEQ] = ["ffffffff-ffff-ffff-ffff-ffffffffffff", 999_999_999_999_999];

interface Scope {
  readonly chats: readonly ChatId[];
  /** Candidates are older than this place. */
  readonly before?: Place | undefined;
}

/**
 * The newest messages of the chats, about `maxRows` of them.
 *
 * The messages of one chat reach further back than those of another, and messages of further chats may
 * begin where the newest chats' go on: each such place is an end.
 */
export function newestMessages({ chats, before }: Scope, maxRows: number): Candidates {
  const perChat = Math.ceil(maxRows / Math.min(chats.length, MAX_CHATS));
  const source = sql`
    heads as materialized (
      select own.chat_id, head.created_at, head.seq,
        row_number() over (order by created_at desc, own.chat_id desc, seq desc) as place
      from unnest(${chats}::uuid[]) as own (chat_id)
      cross join lateral (
        select created_at, seq from messages where chat_id = own.chat_id and ${isBefore(before)}
        order by created_at desc, seq desc limit 1
      ) as head
      order by place limit ${MAX_CHATS + 1}
    )
  `;
  const messages = sql`
    select newest.* from heads
    cross join lateral (
      select chat_id, seq, created_at, octet_length(body) as bytes,
        row_number() over (order by created_at desc, seq desc) as place
      from messages where chat_id = heads.chat_id and ${isBefore(before)}
      order by created_at desc, seq desc limit ${perChat}
    ) as newest
    where heads.place <= ${MAX_CHATS}
  `;
  const ends = sql`
    select created_at, chat_id, seq from candidates where place = ${perChat}
    union all select created_at, chat_id, seq + 1 from heads where place > ${MAX_CHATS}
  `;
  return { source, messages, ends };
}

/**
 * The messages of the newest chunks that contain all terms, of stale chunks, and of no written chunk.
 *
 * A term that is neither rare nor common may be in many chunks: the newest chunks are read, and the
 * next page begins where they end. More chunks than chats are read, because one chunk of each chat may
 * contain the place before which the search begins, and then the page would end where it began.
 */
export function indexedMessages({
  chats,
  terms,
  before,
}: Scope & { readonly terms: readonly string[] }): Candidates {
  const maxChunks = MAX_CHUNKS + chats.length;
  const source = sql`
    chunks as materialized (
      select chat_id, chunk, last_at,
        row_number() over (order by last_at desc, chat_id desc, chunk desc) as place
      from search_chunks
      where ${hasTrigrams(terms)} and chat_id = any(${chats}::uuid[])
        and ${before ? sql`first_at <= ${before.created_at}::timestamptz` : sql`true`}
      order by place limit ${maxChunks + 1}
    ), ranges as (
      select chat_id as chat, chunk * ${CHUNK_SIZE} as first, (chunk + 1) * ${CHUNK_SIZE} as "end"
      from chunks where place <= ${maxChunks}
      union
      select chat_id, chunk * ${CHUNK_SIZE}, (chunk + 1) * ${CHUNK_SIZE}
      from search_chunks
      where (chat_id, chunk) in (
        select chat_id, chunk from stale_chunks where chat_id = any(${chats}::uuid[])
      )
      union all
      select chat_id, ${firstUnwritten(sql`own.chat_id`)} * ${CHUNK_SIZE}, null
      from unnest(${chats}::uuid[]) as own (chat_id)
    )
  `;
  const messages = sql`
    select message.* from ranges
    cross join lateral (
      select chat_id, seq, created_at, octet_length(body) as bytes from messages
      where chat_id = chat and seq >= first and seq < coalesce("end", ${LAST_SEQ}::bigint)
        and deleted_at is null and ${isBefore(before)}
      offset 0
    ) as message
  `;
  const ends = sql`
    select last_at as created_at, ${LAST_ID}::uuid as chat_id, ${LAST_SEQ}::bigint as seq
    from chunks where place > ${maxChunks}
  `;
  return { source, messages, ends };
}

/** Whether a chunk may contain all terms, as far as the trigram index knows them. */
function hasTrigrams(terms: readonly string[]): RawBuilder<boolean> {
  const known = terms.filter((term) => isIndexed([term]));
  return sql.join(
    known.map((term) => sql`body ilike ${containsPattern(term)}`),
    sql` and `,
  ) as RawBuilder<boolean>;
}

/** The place of the first message from a `seq` on; undefined when there is none. */
export function placeOfNext(
  db: QueryExecutorProvider,
  chat: ChatId,
  seq: number,
): Promise<Place | undefined> {
  return findNext.first(db, { chat, seq });
}

const findNext = prepare((db, { chat, seq }: Parameters<{ chat: ChatId; seq: number }>) =>
  db
    .selectFrom("messages")
    .select(["created_at", "chat_id", "seq"])
    .where("chat_id", "=", chat)
    .where("seq", ">=", seq)
    .orderBy("seq")
    .limit(sql.lit(1)),
);
