import type { ChatId } from "@parley/contracts/ids";
import { cancellableRead } from "@parley/db/cancellable-read";
import type { Database } from "@parley/db/open";
import type { Transaction } from "@parley/db/queryable";
import { isCancelled } from "@parley/db/transient-error";
import { type RawBuilder, sql } from "kysely";
import { type MatchRow, matchNewest } from "./match-newest.ts";
import { indexedMessages, newestMessages } from "./search-candidates.ts";
import type { Place } from "./search-cursor.ts";
import { isIndexed } from "./search-terms.ts";

/** What is read before the index is used, over all chats: common words are among it. */
const RECENT = { maxRows: 1_000, maxBytes: 256 * 1024 };
/** What one search reads besides, over all chats. */
const FURTHER = { maxRows: 20_000, maxBytes: 2 * 1024 * 1024 };
/** Time in which the index must find a term; a term in too many chunks is found by reading messages. */
const INDEX_TIMEOUT_MS = 500;

export interface Search {
  readonly chats: readonly ChatId[];
  /** Texts that every match contains. */
  readonly terms: readonly string[];
  /** Matches are older than this place. */
  readonly before?: Place | undefined;
  readonly limit: number;
}

export interface SearchResult {
  /** Places of the matches, the newest first. */
  readonly places: readonly Place[];
  /** Where the next page begins; null when there are no more matches. */
  readonly next: Place | null;
}

/**
 * Finds the newest messages of some chats that contain every term.
 *
 * A common term is found among the newest messages, a rare term by the trigrams of search chunks. For
 * a term too short for trigrams, or in too many chunks, messages are read. The bytes that are read are
 * bounded in any case: the page may then be short, even empty, and the next page continues where it
 * ended.
 * @param signal cancels the search, in PostgreSQL too.
 */
export async function searchMessages(
  db: Database,
  search: Search,
  signal: AbortSignal = new AbortController().signal,
): Promise<SearchResult> {
  if (search.chats.length === 0) return { places: [], next: null };
  const { limit } = search;
  return cancellableRead(db, signal, async (tx) => {
    const recent = await readNewest(tx, search, RECENT);
    if (recent.frontier === null || recent.places.length > limit) return pageOf(recent, limit);
    const older = { ...search, before: recent.frontier, limit: limit - recent.places.length };
    const { places, frontier } =
      (isIndexed(search.terms) && (await readIndexed(tx, older, signal))) ||
      (await readNewest(tx, older, FURTHER));
    return pageOf({ places: [...recent.places, ...places], frontier }, limit);
  });
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

async function readNewest(
  tx: Transaction,
  search: Search,
  { maxRows, maxBytes }: typeof RECENT,
): Promise<Matches> {
  const candidates = newestMessages(search, maxRows);
  return readMatches(tx, matchNewest(candidates, { ...search, maxBytes }));
}

/** @returns null when the index did not answer in time. */
async function readIndexed(
  tx: Transaction,
  search: Search,
  signal: AbortSignal,
): Promise<Matches | null> {
  const query = matchNewest(indexedMessages(search), { ...search, maxBytes: FURTHER.maxBytes });
  await sql`savepoint before_index`.execute(tx);
  await sql`set local statement_timeout = ${sql.lit(INDEX_TIMEOUT_MS)}`.execute(tx);
  // A trigram index can be read in no other way.
  await sql`set local enable_bitmapscan = on`.execute(tx);
  try {
    return await readMatches(tx, query);
  } catch (error) {
    if (signal.aborted || !isCancelled(error)) throw error;
    await sql`rollback to savepoint before_index`.execute(tx);
    return null;
  }
}

/**
 * Not prepared: a plan for all values would not know how rare the words are, nor how many chats are
 * searched, and the text has as many patterns as there are words.
 */
async function readMatches(tx: Transaction, query: RawBuilder<MatchRow>): Promise<Matches> {
  const { rows } = await query.execute(tx);
  return {
    places: rows.filter(({ hit }) => hit),
    frontier: rows.find(({ hit }) => !hit) ?? null,
  };
}
