import type { Chat } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Message } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import type { Database } from "@parley/db/open";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";
import { latestMessages } from "../messages/history.ts";
import type { UserView } from "../users/user-view.ts";
import { chatPage, startingChats } from "./chat-page.ts";
import { type ChatRow, findPublic } from "./chat-store.ts";

/**
 * How many of the newest messages are scanned to count the unread ones and the mentions, because the
 * viewer's own, deleted and blocked messages are not counted but cost as much.
 */
const MAX_SCANNED_MESSAGES = 10_000;

interface ViewRow extends Omit<ChatRow, "direct_key" | "created_by" | "last_at"> {
  role: Chat["role"];
  request: boolean;
  read_seq: number;
  /** The other user of a direct chat. */
  peer: UserId | null;
  unread: number;
  mentions: number;
}

interface ChatViewDeps {
  db: Database;
  users: Pick<UserView, "show">;
}

export type ChatView = ReturnType<typeof createChatView>;

/** Shows chats as a viewer may see them. */
export function createChatView({ db, users }: ChatViewDeps) {
  /**
   * Shows chats in the order of `ids` with a fixed number of statements. Chats that the viewer may not
   * see are left out.
   */
  async function show(viewer: UserId, ids: readonly string[], q: Queryable = db): Promise<Chat[]> {
    if (ids.length === 0) return [];
    const rows = await readChats(q, viewer, ids, new Date());
    const latest = await latestMessages(
      q,
      viewer,
      rows.map(({ id }) => id),
    );
    const peers = await users.show(
      viewer,
      rows.flatMap(({ peer }) => peer ?? []),
      q,
    );
    return rows.map((row) => showChat(row, latest.get(row.id), peers.get(row.peer ?? "")));
  }

  return {
    show,

    /** The chats with which a client of a user starts. */
    async startFor(user: UserId): Promise<{ chats: Chat[]; moreChats: boolean }> {
      const { ids, hasMore } = await startingChats(db, user);
      return { chats: await show(user, ids), moreChats: hasMore };
    },

    /** A page of a user's chats, the chat with the newest event first. @param after the last chat of the page before. */
    async page(user: UserId, after: ChatId | undefined, limit: number) {
      const ids = await chatPage(db, user, after, limit + 1);
      const chats = await show(user, ids.slice(0, limit));
      return { chats, next: ids.length > limit ? (ids[limit - 1] ?? null) : null };
    },

    /** Public channels that a user can join and whose name contains `part`. */
    async findPublic(user: UserId, part: string, limit: number): Promise<Chat[]> {
      return show(user, await findPublic(db, user, part, limit));
    },
  };
}

function showChat(row: ViewRow, lastMessage: Message | undefined, peer: User | undefined): Chat {
  return {
    id: row.id,
    kind: row.kind,
    visibility: row.visibility,
    name: row.name,
    topic: row.topic,
    members: row.members,
    role: row.role,
    request: row.request,
    lastSeq: row.last_seq,
    readSeq: row.read_seq,
    unread: row.unread,
    mentions: row.mentions,
    lastMessage: lastMessage ?? null,
    ...(peer && { peer }),
    createdAt: row.created_at.toISOString(),
  };
}

async function readChats(
  q: Queryable,
  viewer: UserId,
  ids: readonly string[],
  now: Date,
): Promise<ViewRow[]> {
  const { rows } = await sql<ViewRow>`
    select chats.id, chats.kind, chats.visibility, chats.name, chats.topic, chats.members, chats.last_seq,
      chats.created_at, mine.role, mine.requested_by is not null as request,
      coalesce(mine.read_seq, 0) as read_seq,
      direct_peer(chats.direct_key, ${viewer}) as peer,
      ${unreadOf(viewer)} as unread,
      ${mentionsOf(viewer, now)} as mentions
    from unnest(${[...ids]}::uuid[]) with ordinality as requested (id, position)
    join chats on chats.id = requested.id
    left join members as mine on mine.chat_id = chats.id and mine.user_id = ${viewer}
    where mine.role is not null or chats.visibility = 'public'
    order by requested.position
  `.execute(q);
  return rows;
}

/** Counts messages of others after the read mark. The scan is bounded, however old the mark is. */
function unreadOf(viewer: UserId) {
  return sql`(
    select count(*) from (
      select from (
        select sender_id, deleted_at from messages
        where chat_id = chats.id and seq > mine.read_seq order by seq desc limit ${MAX_SCANNED_MESSAGES}
      ) as newest
      where sender_id <> ${viewer} and deleted_at is null limit ${LIMITS.maxUnreadCount}
    ) as unread
  )`;
}

/** Counts mentions after the read mark, except those by users whom the viewer blocks. */
function mentionsOf(viewer: UserId, now: Date) {
  return sql`(
    select count(*) from (
      select from (
        select chat_id, seq from mentions
        where chat_id = chats.id and user_id = ${viewer} and seq > mine.read_seq
        order by seq desc limit ${MAX_SCANNED_MESSAGES}
      ) as newest join messages using (chat_id, seq)
      where messages.deleted_at is null and not exists (
          select from blocks where blocker_id = ${viewer} and blocked_id = messages.sender_id
            and (expires_at is null or expires_at > ${now}::timestamptz)
        )
      limit ${LIMITS.maxUnreadCount}
    ) as mentions
  )`;
}
