import { type RawBuilder, sql } from "kysely";
import type { Queryable } from "./change.ts";
import type { Place } from "./search-cursor.ts";
import { containing, isIndexed, searchTerms } from "./search-terms.ts";

/** Newest messages that are read, over all chats, before the index is asked: what is said often is among them. */
const GLANCE = 1_000;
/** Messages that are read at most, over all chats, for terms that no index knows. */
const READ = 20_000;

export interface Search {
  /** Matches, the newest first. */
  readonly places: readonly Place[];
  /** Where the following page begins; null when there is nothing more. */
  readonly next: Place | null;
}

interface Scope {
  readonly chats: readonly string[];
  readonly terms: readonly string[];
  /** Only what was said before this place. */
  readonly before: Place | undefined;
  readonly limit: number;
}

/**
 * Finds the newest messages of some chats that hold all words of a query, or parts of words.
 *
 * A term that is said often is found among the newest messages, a rare one by its trigrams. One too
 * short for trigrams is looked for in so many messages and no more: then the page may be short, even
 * empty, and the next one goes on from where it ended.
 */
export async function searchMessages(
  db: Queryable,
  chats: readonly string[],
  query: string,
  before: Place | undefined,
  limit: number,
): Promise<Search> {
  if (chats.length === 0) return { places: [], next: null };
  const scope: Scope = { chats, terms: searchTerms(query), before, limit };
  const glance = await readNewest(db, scope, GLANCE);
  if (glance.end === null || glance.places.length > limit) return page(glance, limit);
  if (isIndexed(scope.terms)) return page({ places: await lookUp(db, scope), end: null }, limit);
  return page(await readNewest(db, scope, READ), limit);
}

interface Matches {
  readonly places: readonly Place[];
  /** How far was read; null: to the beginning. */
  readonly end: Place | null;
}

function page({ places, end }: Matches, limit: number): Search {
  const shown = places.slice(0, limit);
  return { places: shown, next: places.length > limit ? (shown.at(-1) ?? null) : end };
}

async function readNewest(db: Queryable, scope: Scope, budget: number): Promise<Matches> {
  const { rows } = await newestQuery(scope, budget).execute(db);
  return {
    places: rows.filter(({ hit }) => hit),
    end: rows.find(({ hit }) => !hit) ?? null,
  };
}

/**
 * Reads the newest messages of each chat, and keeps the matches.
 *
 * Chats reach back differently far, so only what is newer than the latest of their ends is known to
 * be complete: that end comes as a row of its own, and matches before it are left to the next page.
 */
function newestQuery({ chats, terms, before, limit }: Scope, budget: number) {
  const each = Math.max(limit + 1, Math.floor(budget / chats.length));
  return sql<Place & { hit: boolean }>`
    with newest as materialized (
      select newest.* from unnest(${chats}::uuid[]) as own (chat_id)
      cross join lateral (
        select chat_id, seq, created_at, deleted_at is null and ${holdsAll(terms)} as hit,
          row_number() over (order by created_at desc, seq desc) as place
        from messages where chat_id = own.chat_id and ${isBefore(before)}
        order by created_at desc, seq desc limit ${each}
      ) as newest
    ), reach as (
      select created_at, chat_id, seq from newest where place = ${each}
      order by created_at desc, chat_id desc, seq desc limit 1
    )
    select created_at, chat_id, seq, false as hit from reach
    union all (
      select created_at, chat_id, seq, true from newest
      where hit and not exists (
        select from reach where (reach.created_at, reach.chat_id, reach.seq)
          > (newest.created_at, newest.chat_id, newest.seq)
      )
      order by created_at desc, chat_id desc, seq desc limit ${limit + 1}
    )
  `;
}

async function lookUp(db: Queryable, scope: Scope): Promise<Place[]> {
  const { rows } = await indexQuery(scope).execute(db);
  return rows;
}

/** Materialized: else the planner may walk back through all messages, for a `limit` that is never reached. */
function indexQuery({ chats, terms, before, limit }: Scope) {
  return sql<Place>`
    with found as materialized (
      select created_at, chat_id, seq from messages
      where ${holdsAll(terms)} and chat_id = any(${chats}::uuid[]) and deleted_at is null
        and ${isBefore(before)}
    )
    select * from found order by created_at desc, chat_id desc, seq desc limit ${limit + 1}
  `;
}

function holdsAll(terms: readonly string[]): RawBuilder<boolean> {
  return sql.join(
    terms.map((term) => sql`body ilike ${containing(term)}`),
    sql` and `,
  ) as RawBuilder<boolean>;
}

/** The first condition says nothing new, but it is one that the index on times understands. */
function isBefore(place: Place | undefined): RawBuilder<boolean> {
  if (!place) return sql<boolean>`true`;
  const { created_at, chat_id, seq } = place;
  return sql<boolean>`created_at <= ${created_at}::timestamptz
    and (created_at, chat_id, seq) < (${created_at}::timestamptz, ${chat_id}::uuid, ${seq}::bigint)`;
}
