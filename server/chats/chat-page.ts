import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";

/** How many of the newest messages of a direct chat are looked at to find whether one is unread. */
const SCANNED_MESSAGES = 20;

/**
 * The chats with which a client starts: the 200 accepted ones with the newest events, then those with
 * unread mentions or direct messages, then the requests. Each part is ordered by the newest event.
 *
 * One statement reads the memberships of the user, of which there are at most 1,000, and looks for
 * something unread only in chats that are not among the newest. The lateral join keeps the planner
 * from reading all chats of the server.
 */
export async function startingChats(
  q: Queryable,
  user: UserId,
): Promise<{ ids: ChatId[]; hasMore: boolean }> {
  const { rows } = await sql<{ id: ChatId; total: number }>`
    with own as materialized (
      select chats.id, chats.kind, chats.last_at, members.read_seq,
        members.requested_by is not null as request,
        row_number() over (
          partition by members.requested_by is null order by chats.last_at desc, chats.id desc
        ) as place
      from members
      cross join lateral (
        select id, kind, last_at from chats where id = members.chat_id limit 1
      ) as chats
      where members.user_id = ${user}
    ), ranked as materialized (
      select *, case
        when request then 2
        when place <= ${LIMITS.chats.inBootstrap} then 0
        when ${hasMention(user)} or kind = 'direct' and ${hasUnread(user)} then 1
      end as part
      from own
    )
    select id, (select count(*) from own) as total from ranked
    where part is not null order by part, last_at desc, id desc
  `.execute(q);
  return {
    ids: rows.map(({ id }) => id),
    hasMore: rows.length < (rows[0]?.total ?? 0),
  };
}

function hasMention(user: UserId) {
  return sql`exists (
    select from mentions where user_id = ${user} and chat_id = own.id and seq > own.read_seq
  )`;
}

function hasUnread(user: UserId) {
  return sql`exists (
    select from (
      select sender_id, deleted_at from messages
      where chat_id = own.id and seq > own.read_seq order by seq desc limit ${SCANNED_MESSAGES}
    ) as newest
    where sender_id <> ${user} and deleted_at is null
  )`;
}

/**
 * A page of the chats of a user, requests included, by the time of the newest event and the ID, both
 * descending. The page begins behind the place that `after` has at this time; with a chat that the
 * user is not in (any more), at the first.
 */
export async function chatPage(
  q: Queryable,
  user: UserId,
  after: ChatId | undefined,
  limit: number,
): Promise<ChatId[]> {
  const place = after === undefined ? undefined : await placeOf(q, user, after);
  const rows = await q
    .selectFrom("members")
    .innerJoin("chats", "chats.id", "members.chat_id")
    .select("chats.id")
    .where("members.user_id", "=", user)
    .$if(place !== undefined, (page) =>
      page.where(
        sql<boolean>`(chats.last_at, chats.id) < (${place?.last_at}::timestamptz, ${place?.id}::uuid)`,
      ),
    )
    .orderBy("chats.last_at", "desc")
    .orderBy("chats.id", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

function placeOf(q: Queryable, user: UserId, chat: ChatId) {
  return q
    .selectFrom("members")
    .innerJoin("chats", "chats.id", "members.chat_id")
    .select(["chats.id", "chats.last_at"])
    .where("members.user_id", "=", user)
    .where("members.chat_id", "=", chat)
    .executeTakeFirst();
}
