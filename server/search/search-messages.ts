import type { ChatId } from "@parley/contracts/ids";
import { containsPattern } from "@parley/db/like-pattern";
import type { Queryable } from "@parley/db/queryable";
import { type RawBuilder, sql } from "kysely";
import { CHUNK_SIZE, firstUnwritten } from "./search-chunks.ts";
import type { Place } from "./search-cursor.ts";
import { isIndexed, searchTerms } from "./search-terms.ts";

/** Newest messages, over all chats, that are read before the index is used: common words are among them. */
const RECENT_WINDOW = 1_000;
/** Messages, over all chats, that are read at most for terms that the index cannot find. */
const MAX_SCANNED = 20_000;
/** Chunks with all terms that are read at most, beside one of each chat. */
const MAX_CHUNKS = 100;
/** At any time, no message's place is after this. */
const [LAST_ID, LAST_SEQ] = ["ffffffff-ffff-ffff-ffff-ffffffffffff", 999_999_999_999_999];

export interface SearchResult {
  /** Places of the matches, the newest first. */
  readonly places: readonly Place[];
  /** Where the next page begins; null when there are no more matches. */
  readonly next: Place | null;
}

interface Scope {
  readonly chats: readonly ChatId[];
  readonly terms: readonly string[];
  /** Matches are older than this place. */
  readonly before: Place | undefined;
  readonly limit: number;
}

/**
 * Finds the newest messages of some chats that contain every word of a query, or every part of a word.
 *
 * A common term is found among the newest messages, a rare term by the trigrams of search chunks. For
 * a term too short for trigrams, a bounded number of messages is read: the page may then be short,
 * even empty, and the next page continues where it ended.
 */
export async function searchMessages(
  db: Queryable,
  chats: readonly ChatId[],
  query: string,
  before: Place | undefined,
  limit: number,
): Promise<SearchResult> {
  if (chats.length === 0) return { places: [], next: null };
  const scope: Scope = { chats, terms: searchTerms(query), before, limit };
  const recent = await readMatches(db, newestQuery(scope, RECENT_WINDOW));
  if (recent.frontier === null || recent.places.length > limit) return pageOf(recent, limit);
  const rest = isIndexed(scope.terms) ? chunkQuery(scope) : newestQuery(scope, MAX_SCANNED);
  return pageOf(await readMatches(db, rest), limit);
}

interface Matches {
  readonly places: readonly Place[];
  /** The place down to which every message was examined; null when all messages were. */
  readonly frontier: Place | null;
}

function pageOf({ places, frontier }: Matches, limit: number): SearchResult {
  const shown = places.slice(0, limit);
  return { places: shown, next: places.length > limit ? (shown.at(-1) ?? null) : frontier };
}

/** A match (`hit`), or the frontier. */
type Row = Place & { hit: boolean };

async function readMatches(db: Queryable, query: RawBuilder<Row>): Promise<Matches> {
  const { rows } = await query.execute(db);
  return {
    places: rows.filter(({ hit }) => hit),
    frontier: rows.find(({ hit }) => !hit) ?? null,
  };
}

/**
 * Reads the newest messages of each chat, and keeps the matches.
 *
 * The messages read of one chat reach further back than those of another. The result is complete only
 * down to the newest of their ends: that is the frontier, and older matches are left to the next page.
 */
function newestQuery({ chats, terms, before, limit }: Scope, budget: number) {
  const perChat = Math.max(limit + 1, Math.floor(budget / chats.length));
  return sql<Row>`
    with newest as materialized (
      select newest.* from unnest(${chats}::uuid[]) as own (chat_id)
      cross join lateral (
        select chat_id, seq, created_at, deleted_at is null and ${containsAll(sql`body`, terms)} as hit,
          row_number() over (order by created_at desc, seq desc) as place
        from messages where chat_id = own.chat_id and ${isBefore(before)}
        order by created_at desc, seq desc limit ${perChat}
      ) as newest
    ), frontier as (
      select created_at, chat_id, seq from newest where place = ${perChat}
      order by created_at desc, chat_id desc, seq desc limit 1
    )
    ${newerThanFrontier(sql`(select * from newest where hit)`, limit)}
  `;
}

/**
 * Finds the chunks that contain all terms, then reads their messages and those of no written chunk.
 *
 * A term that is neither rare nor common may be in many chunks: the newest chunks are read, and the
 * next page begins where they end. More chunks than chats are read, because one chunk of each chat may
 * contain the place before which the search begins, and then the page would end where it began.
 *
 * `offset 0` keeps the planner from reading all messages once instead of a few ranges of them.
 */
function chunkQuery({ chats, terms, before, limit }: Scope) {
  const maxChunks = MAX_CHUNKS + chats.length;
  return sql<Row>`
    with candidates as materialized (
      select chat_id, chunk, last_at from search_chunks
      where ${hasTrigramsOfAll(terms)} and chat_id = any(${chats}::uuid[])
        and ${before ? sql`first_at <= ${before.created_at}::timestamptz` : sql`true`}
      order by last_at desc, chat_id desc, chunk desc limit ${maxChunks + 1}
    ), frontier as (
      select last_at as created_at, ${LAST_ID}::uuid as chat_id, ${LAST_SEQ}::bigint as seq
      from candidates order by last_at desc, chat_id desc, chunk desc offset ${maxChunks}
    ), ranges as (
      select chat_id as chat, chunk * ${CHUNK_SIZE} as first, (chunk + 1) * ${CHUNK_SIZE} as "end"
      from candidates
      union all
      select chat_id, ${firstUnwritten(sql`own.chat_id`)} * ${CHUNK_SIZE}, null
      from unnest(${chats}::uuid[]) as own (chat_id)
    ), found as materialized (
      select match.* from ranges
      cross join lateral (
        select created_at, chat_id, seq from messages
        where chat_id = chat and seq >= first and seq < coalesce("end", ${LAST_SEQ}::bigint)
          and ${containsAll(sql`body`, terms)} and deleted_at is null and ${isBefore(before)}
        offset 0
      ) as match
    )
    ${newerThanFrontier(sql`found`, limit)}
  `;
}

/** The frontier, and the matches that are newer: among those, none is missing. */
function newerThanFrontier(found: RawBuilder<unknown>, limit: number): RawBuilder<Row> {
  return sql<Row>`
    select created_at, chat_id, seq, false as hit from frontier
    union all (
      select created_at, chat_id, seq, true from ${found} as found
      where not exists (
        select from frontier where (frontier.created_at, frontier.chat_id, frontier.seq)
          > (found.created_at, found.chat_id, found.seq)
      )
      order by created_at desc, chat_id desc, seq desc limit ${limit + 1}
    )
  `;
}

/** Folds the text once for all terms, which `ilike` would do for each. */
function containsAll(text: RawBuilder<unknown>, terms: readonly string[]): RawBuilder<boolean> {
  const patterns = terms.map((term) => sql`lower(${containsPattern(term)})`);
  return sql<boolean>`lower(${text}) like all (array[${sql.join(patterns)}])`;
}

/** What {@link containsAll} says, as the trigram index can find it. */
function hasTrigramsOfAll(terms: readonly string[]): RawBuilder<boolean> {
  return sql.join(
    terms.map((term) => sql`body ilike ${containsPattern(term)}`),
    sql` and `,
  ) as RawBuilder<boolean>;
}

/** The first condition follows from the second, but only the first can use the index on times. */
function isBefore(place: Place | undefined): RawBuilder<boolean> {
  if (!place) return sql<boolean>`true`;
  const { created_at, chat_id, seq } = place;
  return sql<boolean>`created_at <= ${created_at}::timestamptz
    and (created_at, chat_id, seq) < (${created_at}::timestamptz, ${chat_id}::uuid, ${seq}::bigint)`;
}
