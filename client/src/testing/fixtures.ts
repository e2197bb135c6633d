import type { Chat } from "@parley/contracts/chats";
import type { ChatEvent } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";
import type { User } from "@parley/contracts/users";
import type { Reader } from "../engine/room/unread.ts";

export const CHAT = "0190a000-0000-7000-8000-00000000c001";
export const ME = "0190a000-0000-7000-8000-00000000a001";
export const TOMAS = "0190a000-0000-7000-8000-00000000a002";

const AT = "2026-06-12T18:02:00.000Z";

export function user(id: string, username: string, change: Partial<User> = {}): User {
  return {
    id,
    username,
    displayName: username,
    bio: "",
    role: "member",
    avatar: null,
    online: false,
    lastSeenAt: null,
    createdAt: AT,
    ...change,
  };
}

export function chat(change: Partial<Chat> = {}): Chat {
  return {
    id: CHAT,
    kind: "channel",
    visibility: "public",
    name: "regatta",
    topic: "",
    members: 2,
    role: "member",
    request: false,
    lastSeq: 0,
    readSeq: 0,
    unread: 0,
    mentions: 0,
    lastMessage: null,
    createdAt: AT,
    ...change,
  };
}

export function message(seq: number, change: Partial<Message> = {}): Message {
  return {
    chat: CHAT,
    seq,
    clientId: `0190a000-0000-4000-8000-${String(seq).padStart(12, "0")}`,
    sender: TOMAS,
    body: `message ${seq}`,
    replyTo: null,
    files: [],
    reactions: [],
    editedAt: null,
    deletedAt: null,
    createdAt: AT,
    ...change,
  };
}

/** The event of another user's message. */
export function chatEvent(seq: number, change: Partial<Message> = {}): ChatEvent {
  const said = message(seq, change);
  return { seq, at: AT, by: said.sender, kind: "message", message: said };
}

export function reader(change: Partial<Reader> = {}): Reader {
  return { id: ME, username: "mira", isBlocked: () => false, watches: () => false, ...change };
}
