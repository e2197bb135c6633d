import type { ChatId, UserId } from "@parley/contracts/ids";
import { type Expression, type RawBuilder, sql } from "kysely";

/** The messages that a statement reads, and where it looks for what belongs to them. */
interface Source {
  /** A query for rows of the table `messages`. */
  readonly messages: RawBuilder<unknown>;
  /** {@link EACH} or {@link rangeOf}. */
  readonly reach: RawBuilder<unknown>;
}

/** Looks for the files and reactions of each message by its key. */
export const EACH = sql`select chat_id, seq as first, seq as last from page`;

/**
 * Looks for the files and reactions from the first to the last message, by one look-up for a page where
 * {@link EACH} needs fifty. To be used where no other messages are in between.
 */
export function rangeOf(chat: Expression<ChatId>): RawBuilder<unknown> {
  return sql`select ${chat}::uuid as chat_id, min(seq) as first, max(seq) as last from page`;
}

/**
 * Common table expressions: `page`, the messages in their order, counted by `place`, and `reach`, the
 * ranges of each chat to look in.
 */
export function pageOf({ messages, reach }: Source): RawBuilder<unknown> {
  return sql`
    page as materialized (select *, row_number() over () as place from (${messages}) as found),
    reach as materialized (${reach})
  `;
}

/** The columns of messages, with times as texts. */
export const PAGE_COLUMNS = sql`
  page.chat_id, page.seq, sender_id, client_id, body, reply_to,
  created_at::text, edited_at::text, deleted_at::text
`;

const FIRST = sql`place = 1`;

/**
 * The files of all messages, on one row.
 *
 * They are read once for all rows, because a join for each row takes twice as long as the page itself.
 */
export const FILES = filesOn(FIRST);

/** @param row the condition that is true on one row alone. */
export function filesOn(row: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
    case when ${row} then (
      select json_agg(json_build_object('chat_id', held.chat_id, 'seq', held.seq, 'id', files.id,
        'name', files.name, 'type', files.type, 'size', files.size, 'width', files.width,
        'height', files.height, 'thumbnail', files.thumbnail) order by held.position)
      from ${inReach("message_files")} as held
      cross join lateral (select * from files where id = held.file_id limit 1) as files
    ) end as files
  `;
}

/**
 * The reactions to all messages as `viewer` sees them, on one row.
 * @param row the condition that is true on one row alone; default: on the first.
 */
export function reactionsFor(
  viewer: Expression<UserId>,
  row: RawBuilder<unknown> = FIRST,
): RawBuilder<unknown> {
  return sql`
    case when ${row} then (
      select json_agg(json_build_object('chat_id', chat_id, 'seq', seq, 'emoji', emoji,
        'count', count, 'mine', mine) order by since)
      from (
        select chat_id, seq, emoji, count(*) as count, min(since) as since,
          bool_or(user_id = ${viewer}::uuid) as mine
        from ${inReach("reactions")} as reacted
        group by chat_id, seq, emoji
      ) as tallies
    ) end as reactions
  `;
}

/**
 * The rows of a table that belong to the messages. `offset 0` keeps the planner from joining the other
 * way round: for an empty table it would plan to read all of it.
 */
function inReach(table: "message_files" | "reactions"): RawBuilder<unknown> {
  return sql`(
    select belonging.* from reach cross join lateral (
      select * from ${sql.table(table)}
      where chat_id = reach.chat_id and seq >= reach.first and seq <= reach.last
      offset 0
    ) as belonging
  )`;
}
