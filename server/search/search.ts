import type { Queryable } from "@parley/db/queryable";
import { type RawBuilder, sql } from "kysely";
import { firstUnwritten, PASSAGE } from "./search-chunks.ts";
import type { Place } from "./search-cursor.ts";
import { containing, isIndexed, searchTerms } from "./search-terms.ts";

/** Newest messages that are read, over all chats, before the index is asked: what is said often is among them. */
const GLANCE = 1_000;
/** Messages that are read at most, over all chats, for terms that no index knows. */
const READ = 20_000;
/** Passages that hold all terms, and are read at most, beside one of each chat. */
const CANDIDATES = 100;
/** What no message's place comes after, at one time. */
const [LAST_ID, LAST_SEQ] = ["ffffffff-ffff-ffff-ffff-ffffffffffff", 999_999_999_999_999];

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
 * A term that is said often is found among the newest messages, a rare one by the trigrams of
 * passages. One too short for trigrams is looked for in so many messages and no more: then the page
 * may be short, even empty, and the next one goes on from where it ended.
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
  const glance = await matches(db, newestQuery(scope, GLANCE));
  if (glance.end === null || glance.places.length > limit) return page(glance, limit);
  const rest = isIndexed(scope.terms) ? passageQuery(scope) : newestQuery(scope, READ);
  return page(await matches(db, rest), limit);
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

type Answer = Place & { hit: boolean };

async function matches(db: Queryable, query: RawBuilder<Answer>): Promise<Matches> {
  const { rows } = await query.execute(db);
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
  return sql<Answer>`
    with newest as materialized (
      select newest.* from unnest(${chats}::uuid[]) as own (chat_id)
      cross join lateral (
        select chat_id, seq, created_at, deleted_at is null and ${holdAll(sql`body`, terms)} as hit,
          row_number() over (order by created_at desc, seq desc) as place
        from messages where chat_id = own.chat_id and ${isBefore(before)}
        order by created_at desc, seq desc limit ${each}
      ) as newest
    ), reach as (
      select created_at, chat_id, seq from newest where place = ${each}
      order by created_at desc, chat_id desc, seq desc limit 1
    )
    ${newestOf(sql`(select * from newest where hit)`, limit)}
  `;
}

/**
 * Finds passages that hold all terms, and reads their messages and those of which no passage is written.
 *
 * Of a word that is neither rare nor said often there may be many passages: the newest are read, and
 * the next page begins where they end. More than one of each chat: those may all hold the place
 * before which is searched, and then the page would end where it began.
 *
 * `offset 0` keeps the planner from reading all messages once instead of a few runs.
 */
function passageQuery({ chats, terms, before, limit }: Scope) {
  const most = CANDIDATES + chats.length;
  return sql<Answer>`
    with candidates as materialized (
      select chat_id, passage, until from passages
      where ${holdAll(sql`words`, terms)} and chat_id = any(${chats}::uuid[])
        and ${before ? sql`since <= ${before.created_at}::timestamptz` : sql`true`}
      order by until desc, chat_id desc, passage desc limit ${most + 1}
    ), reach as (
      select until as created_at, ${LAST_ID}::uuid as chat_id, ${LAST_SEQ}::bigint as seq
      from candidates order by until desc, chat_id desc, passage desc offset ${most}
    ), runs as (
      select chat_id as chat, passage * ${PASSAGE} as first, (passage + 1) * ${PASSAGE} as "end"
      from candidates
      union all
      select chat_id, ${firstUnwritten(sql`own.chat_id`)} * ${PASSAGE}, null
      from unnest(${chats}::uuid[]) as own (chat_id)
    ), found as materialized (
      select run.* from runs
      cross join lateral (
        select created_at, chat_id, seq from messages
        where chat_id = chat and seq >= first and seq < coalesce("end", ${LAST_SEQ}::bigint)
          and ${holdAll(sql`body`, terms)} and deleted_at is null and ${isBefore(before)}
        offset 0
      ) as run
    )
    ${newestOf(sql`found`, limit)}
  `;
}

/** The end of the reach, and those of `found` that are newer: only of them it is known that none is missing. */
function newestOf(found: RawBuilder<unknown>, limit: number): RawBuilder<Answer> {
  return sql<Answer>`
    select created_at, chat_id, seq, false as hit from reach
    union all (
      select created_at, chat_id, seq, true from ${found} as found
      where not exists (
        select from reach where (reach.created_at, reach.chat_id, reach.seq)
          > (found.created_at, found.chat_id, found.seq)
      )
      order by created_at desc, chat_id desc, seq desc limit ${limit + 1}
    )
  `;
}

function holdAll(text: RawBuilder<unknown>, terms: readonly string[]): RawBuilder<boolean> {
  return sql.join(
    terms.map((term) => sql`${text} ilike ${containing(term)}`),
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
