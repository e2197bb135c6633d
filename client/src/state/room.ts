import type { Chat } from "@parley/contracts/chats";
import type { ChatEvent } from "@parley/contracts/events";
import { mentionedNames } from "@parley/contracts/mentions";
import type { Message, MessagePage } from "@parley/contracts/messages";

/** How much of the past is here: `partial` has older messages on the server, `whole` has not. */
export type History = "unloaded" | "loading" | "failed" | "partial" | "whole";

/** What is known of one chat. */
export interface Room {
  chat: Chat;
  /** The last event that was applied. */
  seq: number;
  /** The newest messages without holes, ascending; kept only once they were asked for. */
  messages: Message[];
  history: History;
  /** The read mark when news began to pile up, null when there is nothing new: where “New” stands. */
  newAfter: number | null;
}

/** Who looks at the rooms. */
export interface Reader {
  id: string;
  username: string;
  isBlocked: (user: string) => boolean;
  /** Whether they have this chat before their eyes just now. */
  watches: (chat: string) => boolean;
}

export function newRoom(chat: Chat): Room {
  const newAfter = chat.unread > 0 ? chat.readSeq : null;
  return { chat, seq: chat.lastSeq, messages: [], history: "unloaded", newAfter };
}

/** Applies the next event of the chat's sequence. */
export function applyEvent(room: Room, event: ChatEvent, reader: Reader): Room {
  const chat = { ...room.chat, lastSeq: Math.max(room.chat.lastSeq, event.seq) };
  const next = { ...room, seq: event.seq, chat };
  switch (event.kind) {
    case "message":
      return receive(next, event.message, reader);
    case "edit":
    case "delete":
    case "reaction":
      return { ...next, messages: amend(next.messages, event, reader) };
    case "member":
      return { ...next, chat: { ...chat, ...membership(chat, event, reader) } };
    case "chat": {
      const { name, topic, visibility } = event;
      return { ...next, chat: { ...chat, name, topic, visibility } };
    }
  }
}

function receive(room: Room, message: Message, reader: Reader): Room {
  const { chat } = room;
  const isNews = message.sender !== reader.id && message.seq > chat.readSeq;
  const isUnseen = isNews && !reader.watches(chat.id);
  const isMention =
    isNews &&
    !reader.isBlocked(message.sender) &&
    mentionedNames(message.body).has(reader.username);
  return {
    ...room,
    messages: room.history === "unloaded" ? room.messages : merge(room.messages, [message]),
    newAfter: isUnseen && chat.unread === 0 ? chat.readSeq : room.newAfter,
    chat: {
      ...chat,
      lastMessage: message,
      unread: chat.unread + (isNews ? 1 : 0),
      mentions: chat.mentions + (isMention ? 1 : 0),
    },
  };
}

type Amendment = Extract<ChatEvent, { target: number }>;

/** Brings an edit, a deletion or a reaction to the message it is about, if that is here. */
export function amend(messages: Message[], event: Amendment, reader: Reader): Message[] {
  const index = messages.findIndex((message) => message.seq === event.target);
  const message = messages[index];
  return message ? messages.with(index, amended(message, event, reader)) : messages;
}

function amended(message: Message, event: Amendment, reader: Reader): Message {
  switch (event.kind) {
    case "edit":
      // The frame serves all readers, so it does not know which reactions are this one's.
      return { ...event.message, reactions: message.reactions };
    case "delete":
      return { ...message, body: "", files: [], reactions: [], deletedAt: event.at };
    case "reaction":
      return { ...message, reactions: react(message.reactions, event, reader.id) };
  }
}

function react(
  reactions: Message["reactions"],
  { emoji, added, by }: Extract<ChatEvent, { kind: "reaction" }>,
  me: string,
): Message["reactions"] {
  const was = reactions.find((reaction) => reaction.emoji === emoji);
  const count = (was?.count ?? 0) + (added ? 1 : -1);
  const mine = by === me ? added : (was?.mine ?? false);
  if (!was) return count > 0 ? [...reactions, { emoji, count, mine }] : reactions;
  if (count <= 0) return reactions.filter((reaction) => reaction !== was);
  return reactions.map((reaction) => (reaction === was ? { emoji, count, mine } : reaction));
}

function membership(
  chat: Chat,
  { user, action, role }: Extract<ChatEvent, { kind: "member" }>,
  reader: Reader,
): Partial<Chat> {
  const step = action === "joined" ? 1 : action === "left" || action === "removed" ? -1 : 0;
  const members = Math.max(0, chat.members + step);
  return user.id === reader.id && step >= 0 ? { members, role } : { members };
}

/** Adds a page of history: the newest one, or one older than all that is here. */
export function addPage(room: Room, page: Pick<MessagePage, "messages" | "hasMore">): Room {
  return {
    ...room,
    messages: merge(page.messages, room.messages),
    history: page.hasMore ? "partial" : "whole",
  };
}

/** Ascending and each once; of two with one `seq` the later given stays. */
function merge(first: readonly Message[], second: readonly Message[]): Message[] {
  const [a, b] = [first.at(-1), second[0]];
  if (!a || !b || a.seq < b.seq) return [...first, ...second];
  const bySeq = new Map([...first, ...second].map((message) => [message.seq, message]));
  return [...bySeq.values()].sort((x, y) => x.seq - y.seq);
}

/** Moves the read mark forward, never back. */
export function markRead(room: Room, seq: number): Room {
  const { chat } = room;
  if (seq <= chat.readSeq) return room;
  const left = Math.min(chat.unread, Math.max(0, room.seq - seq));
  const unread = { readSeq: seq, unread: left, mentions: Math.min(chat.mentions, left) };
  return { ...room, chat: { ...chat, ...unread } };
}

/** Takes what the server says of a chat now; only events move `seq`. */
export function refreshRoom(room: Room, chat: Chat): Room {
  const { name, topic, visibility, role } = chat;
  const known = {
    ...room.chat,
    name,
    topic,
    visibility,
    role,
    ...(chat.peer && { peer: chat.peer }),
  };
  // Counts belong to a `lastSeq`: taken at another one they would be counted twice or not at all.
  if (chat.lastSeq !== room.seq) return { ...room, chat: known };
  const { members, unread, mentions, lastMessage } = chat;
  const isBehind = chat.readSeq < known.readSeq;
  const counts = isBehind ? { members, lastMessage } : { members, lastMessage, unread, mentions };
  const readSeq = Math.max(chat.readSeq, known.readSeq);
  return { ...room, chat: { ...known, ...counts, readSeq } };
}

/** Forgets all but the newest messages of a room that nobody looks at. */
export function trimRoom(room: Room, keep: number): Room {
  if (room.messages.length <= keep) return room;
  return { ...room, messages: room.messages.slice(-keep), history: "partial" };
}
