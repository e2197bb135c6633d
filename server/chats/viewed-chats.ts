import type { Chat } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Parameters } from "@parley/db/prepare";
import { type RawBuilder, sql } from "kysely";
import { activeBlockBy } from "../blocks/blocked-users.ts";
import { EACH, FILES, PAGE_COLUMNS, pageOf, reactionsFor } from "../messages/page-parts.ts";
import type { ReadRow } from "../messages/show-messages.ts";

/**
 * How many of the newest messages are scanned to count the unread ones and the mentions, because the
 * viewer's own, deleted and blocked messages are not counted but cost as much.
 */
const MAX_SCANNED_MESSAGES = sql.lit(10_000);
const MAX_COUNT = sql.lit(LIMITS.maxUnreadCount);

/** Who looks at chats, and when. */
export interface Viewing {
  readonly viewer: UserId;
  readonly at: Date;
}

/** A chat as its viewer sees it, with its newest message. */
export interface ViewedChat
  extends Omit<ReadRow, "seq">,
    Pick<Chat, "kind" | "visibility" | "name" | "topic" | "members" | "role" | "request"> {
  readonly id: ChatId;
  readonly made_at: string;
  readonly last_seq: number;
  readonly read_seq: number;
  readonly unread: number;
  readonly mentions: number;
  /** The other user of a direct chat. */
  readonly peer: UserId | null;
  /** The newest message's; null, like all its columns, where the chat has none. */
  readonly seq: number | null;
}

/** Selects the row of a chat, for a lateral join: a look-up by the key, whatever the statistics say. */
export const chatById = (id: RawBuilder<unknown>) => sql`(
  select id, kind, visibility, name, topic, direct_key, members, last_seq, last_at,
    created_at as made_at
  from chats where id = ${id} limit 1
)`;

/**
 * Selects chats with everything that is shown of them: one statement, whatever their number.
 *
 * Nothing is counted in a chat that was read to its newest event. A count reads the index of the chat
 * from its end, and stops after a constant number of messages, however old the read mark is.
 * @param source common table expressions, of which `shown` has the columns of {@link chatById} and the
 *   viewer's `role`, `read_seq` and `request`; these are null in a chat that the viewer is not in.
 * @param order of the rows, by columns of `shown`.
 * @param more further columns.
 */
export function viewChats<More = unknown>(
  { viewer, at }: Parameters<Viewing>,
  {
    source,
    order,
    more = sql``,
  }: Record<"source" | "order", RawBuilder<unknown>> & { more?: RawBuilder<More> },
): RawBuilder<ViewedChat & More> {
  const messages = sql`
    select shown.*, latest.* from shown left join lateral (
      select chat_id, seq, sender_id, client_id, body, reply_to, created_at, edited_at, deleted_at
      from messages where chat_id = shown.id order by seq desc limit 1
    ) as latest on true
    order by ${order}
  `;
  return sql<ViewedChat & More>`
    with ${source}, ${pageOf({ messages, reach: EACH })}
    select id, kind, visibility, name, topic, members, role, request is true as request, last_seq,
      coalesce(read_seq, 0) as read_seq, made_at::text, direct_peer(direct_key, ${viewer}) as peer,
      case when read_seq < last_seq then ${unreadOf(viewer)} else 0 end as unread,
      case when read_seq < last_seq then ${mentionsOf(viewer, at)} else 0 end as mentions,
      ${PAGE_COLUMNS}, ${FILES}, ${reactionsFor(viewer)} ${more}
    from page order by place
  `;
}

/** Counts messages of others after the read mark. */
function unreadOf(viewer: Parameters<Viewing>["viewer"]) {
  return sql`(
    select count(*) from (
      select from (
        select sender_id, deleted_at from messages
        where chat_id = page.id and seq > page.read_seq order by seq desc limit ${MAX_SCANNED_MESSAGES}
      ) as newest
      where sender_id <> ${viewer} and deleted_at is null limit ${MAX_COUNT}
    ) as unread
  )`;
}

/** Counts mentions after the read mark, except those by users whom the viewer blocks. */
function mentionsOf(viewer: Parameters<Viewing>["viewer"], at: Parameters<Viewing>["at"]) {
  return sql`(
    select count(*) from (
      select from (
        select chat_id, seq from mentions
        where chat_id = page.id and user_id = ${viewer} and seq > page.read_seq
        order by seq desc limit ${MAX_SCANNED_MESSAGES}
      ) as newest
      cross join lateral (
        select sender_id from messages
        where chat_id = newest.chat_id and seq = newest.seq and deleted_at is null limit 1
      ) as message
      where ${activeBlockBy(viewer, sql.ref("message.sender_id"), at)} is null
      limit ${MAX_COUNT}
    ) as mentions
  )`;
}
