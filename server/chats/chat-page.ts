import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { type Expression, type QueryExecutorProvider, sql } from "kysely";
import { chatById, type ViewedChat, type Viewing, viewChats } from "./viewed-chats.ts";

/** How many of the newest messages of a direct chat are looked at to find whether one is unread. */
const SCANNED_MESSAGES = sql.lit(20);

/**
 * The chats with which a client starts: the 200 accepted ones with the newest events, then those with
 * unread mentions or direct messages, then the requests. Each part is ordered by the newest event.
 */
export async function startingChats(
  q: QueryExecutorProvider,
  viewing: Viewing,
): Promise<{ rows: ViewedChat[]; hasMore: boolean }> {
  const rows = await findStarting.rows(q, viewing);
  return { rows, hasMore: rows.length < (rows[0]?.total ?? 0) };
}

/**
 * A page of the chats of a user, requests included, by the time of the newest event and the ID, both
 * descending. The page begins behind the place that `after` has at this time; with a chat that the
 * user is not in (any more), at the first.
 */
export function chatPage(
  q: QueryExecutorProvider,
  viewing: Viewing,
  { after, limit }: { after: ChatId | undefined; limit: number },
): Promise<ViewedChat[]> {
  return findPage.rows(q, { ...viewing, after: after ?? null, limit });
}

/** Chats by ID, in the order of the IDs; those that the viewer may not see are left out. */
export async function chatsById(
  q: QueryExecutorProvider,
  viewing: Viewing,
  ids: readonly ChatId[],
): Promise<ViewedChat[]> {
  return ids.length === 0 ? [] : findById.rows(q, { ...viewing, ids });
}

/** The memberships of the viewer, of which there are at most 1,000, each with its chat. */
const ownChats = (viewer: Expression<UserId>) => sql`
  members cross join lateral ${chatById(sql.ref("members.chat_id"))} as chats
  where members.user_id = ${opaque(viewer, "uuid")}
`;

/** Looks for something unread only in chats that are not among the newest. */
const findStarting = prepare((_db, viewing: Parameters<Viewing>) => {
  const { viewer } = viewing;
  const source = sql`
    own as materialized (
      select chats.*, role, read_seq, requested_by is not null as request,
        row_number() over (
          partition by requested_by is null order by last_at desc, id desc
        ) as rank
      from ${ownChats(viewer)}
    ), ranked as materialized (
      select *, (select count(*) from own) as total, case
        when request then 2
        when rank <= ${sql.lit(LIMITS.chats.inBootstrap)} then 0
        when read_seq < last_seq and (${hasMention(viewer)} or kind = 'direct' and ${hasUnread(viewer)})
          then 1
      end as part
      from own
    ), shown as (select * from ranked where part is not null)
  `;
  const order = sql`part, last_at desc, shown.id desc`;
  return viewChats(viewing, { source, order, more: sql<{ total: number }>`, total` });
});

function hasMention(viewer: Expression<UserId>) {
  return sql`exists (
    select from mentions where user_id = ${viewer} and chat_id = own.id and seq > own.read_seq
  )`;
}

function hasUnread(viewer: Expression<UserId>) {
  return sql`exists (
    select from (
      select sender_id, deleted_at from messages
      where chat_id = own.id and seq > own.read_seq order by seq desc limit ${SCANNED_MESSAGES}
    ) as newest
    where sender_id <> ${viewer} and deleted_at is null
  )`;
}

const findPage = prepare(
  (
    _db,
    { viewer, at, after, limit }: Parameters<Viewing & { after: ChatId | null; limit: number }>,
  ) => {
    const source = sql`
      place as materialized (
        select last_at, id from ${ownChats(viewer)} and members.chat_id = ${after}
      ), shown as (
        select chats.*, role, read_seq, requested_by is not null as request
        from ${ownChats(viewer)}
          and ((chats.last_at, chats.id) < (select last_at, id from place)) is not false
        order by last_at desc, id desc limit ${opaque(limit, "bigint")}
      )
    `;
    return viewChats({ viewer, at }, { source, order: sql`last_at desc, shown.id desc` });
  },
);

const findById = prepare(
  (_db, { viewer, at, ids }: Parameters<Viewing & { ids: readonly ChatId[] }>) => {
    const source = sql`
      shown as (
        select chats.*, role, read_seq, requested_by is not null as request, position
        from unnest(${opaque(ids, "uuid[]")}) with ordinality as asked (id, position)
        cross join lateral ${chatById(sql.ref("asked.id"))} as chats
        left join lateral (
          select role, read_seq, requested_by from members
          where chat_id = asked.id and user_id = ${viewer} limit 1
        ) as mine on true
        where role is not null or visibility = 'public'
      )
    `;
    return viewChats({ viewer, at }, { source, order: sql`position` });
  },
);
