import { containsPattern } from "@parley/db/like-pattern";
import { type RawBuilder, sql } from "kysely";
import type { Place } from "./search-cursor.ts";

/** A match (`hit`), or the frontier: the place down to which every message was examined. */
export type MatchRow = Place & { hit: boolean };

/** Messages to examine, as parts of one statement. */
export interface Candidates {
  /** A common table expression that the other parts read. */
  readonly source: RawBuilder<unknown>;
  /** A query for `chat_id`, `seq`, `created_at` and `bytes`, the length of the body; its rows are named `candidates`. */
  readonly messages: RawBuilder<unknown>;
  /** A query for the places down to which the candidates are complete; no row where they are all messages. */
  readonly ends: RawBuilder<unknown>;
}

export interface MatchOptions {
  readonly terms: readonly string[];
  readonly limit: number;
  /** Bytes of bodies to read; the first body is read whatever its length. */
  readonly maxBytes: number;
}

/**
 * Reads the bodies of candidates, the newest first, until `maxBytes` are read or more than `limit`
 * matches are found.
 *
 * Where the candidates end, or the bytes, is the frontier. Older matches are left to the next page,
 * because a match between them and the frontier may be missing.
 *
 * `offset 0` keeps the planner from reading all messages once instead of some of them by their key.
 */
export function matchNewest(
  { source, messages, ends }: Candidates,
  { terms, limit, maxBytes }: MatchOptions,
): RawBuilder<MatchRow> {
  return sql<MatchRow>`
    with ${source}, candidates as materialized (${messages}), ends as (${ends}), reach as (
      select created_at, chat_id, seq from ends
      order by created_at desc, chat_id desc, seq desc limit 1
    ), measured as materialized (
      select chat_id, seq, created_at, sum(bytes) over newest_first - bytes as bytes_before
      from candidates
      where not exists (
        select from reach where (reach.created_at, reach.chat_id, reach.seq)
          > (candidates.created_at, candidates.chat_id, candidates.seq)
      )
      window newest_first as (
        order by created_at desc, chat_id desc, seq desc rows unbounded preceding
      )
    ), examined as not materialized (
      select chat_id, seq, created_at from measured where bytes_before < ${maxBytes}
      order by created_at desc, chat_id desc, seq desc
    ), cut as (
      select created_at, chat_id, seq from examined
      where exists (select from measured where bytes_before >= ${maxBytes})
      order by created_at, chat_id, seq limit 1
    )
    (select created_at, chat_id, seq, false as hit from cut
      union all select created_at, chat_id, seq, false from reach
      limit 1)
    union all (
      select examined.created_at, examined.chat_id, examined.seq, true from examined
      cross join lateral (
        select from messages
        where messages.chat_id = examined.chat_id and messages.seq = examined.seq
          and deleted_at is null and ${containsAll(sql`body`, terms)}
        offset 0
      ) as match
      order by examined.created_at desc, examined.chat_id desc, examined.seq desc
      limit ${limit + 1}
    )
  `;
}

/** Folds the text once for all terms, which `ilike` would do for each. */
function containsAll(text: RawBuilder<unknown>, terms: readonly string[]): RawBuilder<boolean> {
  const patterns = terms.map((term) => sql`lower(${containsPattern(term)})`);
  return sql<boolean>`lower(${text}) like all (array[${sql.join(patterns)}])`;
}

/** The first condition follows from the second, but only the first can use the index on times. */
export function isBefore(place: Place | undefined): RawBuilder<boolean> {
  if (!place) return sql<boolean>`true`;
  const { created_at, chat_id, seq } = place;
  return sql<boolean>`created_at <= ${created_at}::timestamptz
    and (created_at, chat_id, seq) < (${created_at}::timestamptz, ${chat_id}::uuid, ${seq}::bigint)`;
}
