import type { Chat } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import { isoTime } from "@parley/db/iso-time";
import type { Database } from "@parley/db/open";
import type { QueryExecutorProvider } from "kysely";
import type { Unshown } from "../http/unshown.ts";
import { type ReadRow, showRead } from "../messages/show-messages.ts";
import type { UserView } from "../users/user-view.ts";
import { chatPage, chatsById, startingChats } from "./chat-page.ts";
import { findPublic } from "./chat-store.ts";
import type { ViewedChat, Viewing } from "./viewed-chats.ts";

/** What a client of a user starts with. */
export interface StartingChats {
  chats: Chat[];
  /** Whether the user has other chats. */
  moreChats: boolean;
}

interface ChatViewDeps {
  db: Database;
  users: Pick<UserView, "show">;
}

export type ChatView = ReturnType<typeof createChatView>;

/** Shows chats as a viewer may see them, with one statement for chats and one for the peers of direct chats. */
export function createChatView({ db, users }: ChatViewDeps) {
  async function showRows(viewer: UserId, rows: readonly ViewedChat[]): Promise<Chat[]> {
    const peers = await users.show(viewer, peersOf(rows));
    return showChats(rows, peers);
  }

  /** Shows chats in the order of `ids`. Chats that the viewer may not see are left out. */
  async function show(viewer: UserId, ids: readonly ChatId[]): Promise<Chat[]> {
    return showRows(viewer, await chatsById(db, viewing(viewer), ids));
  }

  return {
    show,

    /** The chats with which a client of a user starts; `users` are their peers and the senders of the last messages. */
    async startFor(user: UserId, q: QueryExecutorProvider): Promise<Unshown<StartingChats>> {
      const { rows, hasMore } = await startingChats(q, viewing(user));
      return {
        users: [...peersOf(rows), ...rows.flatMap(({ sender_id }) => sender_id ?? [])],
        show: (shown) => ({ chats: showChats(rows, shown), moreChats: hasMore }),
      };
    },

    /** A page of a user's chats, the chat with the newest event first. @param after the last chat of the page before. */
    async page(user: UserId, after: ChatId | undefined, limit: number) {
      const rows = await chatPage(db, viewing(user), { after, limit: limit + 1 });
      const chats = await showRows(user, rows.slice(0, limit));
      return { chats, next: rows.length > limit ? (chats.at(-1)?.id ?? null) : null };
    },

    /** Public channels that a user can join and whose name contains `part`. */
    async findPublic(user: UserId, part: string, limit: number): Promise<Chat[]> {
      return show(user, await findPublic(db, user, part, limit));
    },
  };
}

const viewing = (viewer: UserId): Viewing => ({ viewer, at: new Date() });

const peersOf = (rows: readonly ViewedChat[]): UserId[] => rows.flatMap(({ peer }) => peer ?? []);

function showChats(rows: readonly ViewedChat[], users: ReadonlyMap<UserId, User>): Chat[] {
  const latest = showRead(rows.filter((row): row is ViewedChat & ReadRow => row.seq !== null));
  const byChat = new Map(latest.map((message) => [message.chat, message]));
  return rows.map((row) => showChat(row, byChat.get(row.id) ?? null, users));
}

function showChat(
  row: ViewedChat,
  lastMessage: Message | null,
  users: ReadonlyMap<UserId, User>,
): Chat {
  const peer = row.peer === null ? undefined : users.get(row.peer);
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
    lastMessage,
    ...(peer && { peer }),
    createdAt: isoTime(row.made_at),
  };
}
