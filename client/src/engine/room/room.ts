import type { Chat } from "@parley/contracts/chats";
import type { ChatEvent } from "@parley/contracts/events";
import type { Message } from "@parley/contracts/messages";
import { applyEdit, type EditEvent, editMessage, isEditEvent } from "./apply-edit.ts";
import { addMessage, type MessageWindows } from "./message-window.ts";
import { noteReactor, type Reactors } from "./reactors.ts";
import {
  countEvent,
  counted,
  countRead,
  isUnread,
  type Reader,
  recountMentions,
  totals,
  type Unread,
} from "./unread.ts";

/** What is known of one chat. */
export interface Room extends MessageWindows {
  chat: Chat;
  /** The last event that was applied. */
  seq: number;
  /** The event up to which the server told of the chat itself: those before it change nothing there. */
  syncedSeq: number;
  counts: Unread;
  /** Messages that replies quote and that no stretch holds. */
  quoted: Message[];
  reactors: Reactors;
  /** The read mark when news began to pile up, null when there is nothing new: where “New” stands. */
  dividerAfter: number | null;
}

export function newRoom(chat: Chat): Room {
  return {
    chat,
    seq: chat.lastSeq,
    syncedSeq: chat.lastSeq,
    counts: counted(chat),
    messages: [],
    history: "unloaded",
    detached: null,
    quoted: [],
    reactors: {},
    dividerAfter: chat.unread > 0 ? chat.readSeq : null,
  };
}

/** Applies the next event of the chat's sequence. */
export function applyEvent(room: Room, event: ChatEvent, reader: Reader): Room {
  const counts = countEvent(room.counts, event, room.chat.readSeq, reader);
  const lastSeq = Math.max(room.chat.lastSeq, event.seq);
  const chat = { ...room.chat, lastSeq, ...totals(counts) };
  const next = { ...room, seq: event.seq, counts, chat };
  if (event.kind === "message") return applyMessage(next, withoutReactions(event.message), reader);
  if (isEditEvent(event)) return applyEditToRoom(next, event, reader);
  return event.seq > room.syncedSeq ? { ...next, chat: applyToChat(chat, event, reader) } : next;
}

/** As it was when it was said: an event read again shows later reactions, whose own events follow. */
function withoutReactions(message: Message): Message {
  return message.reactions.length > 0 ? { ...message, reactions: [] } : message;
}

function applyMessage(room: Room, message: Message, reader: Reader): Room {
  const { chat, dividerAfter } = room;
  const isUnseen = isUnread(message, chat.readSeq, reader) && !reader.watches(chat.id);
  const isFirst = dividerAfter === null || dividerAfter < chat.readSeq;
  const isLast = (chat.lastMessage?.seq ?? 0) < message.seq;
  return {
    ...room,
    messages: room.history === "unloaded" ? room.messages : addMessage(room.messages, message),
    dividerAfter: isUnseen && isFirst ? chat.readSeq : dividerAfter,
    chat: isLast ? { ...chat, lastMessage: message } : chat,
  };
}

function applyEditToRoom(room: Room, event: EditEvent, reader: Reader): Room {
  const { chat, detached } = room;
  const last = chat.lastMessage;
  const isLast = last?.seq === event.target;
  return {
    ...room,
    messages: applyEdit(room.messages, event, reader.id),
    detached: detached && { ...detached, messages: applyEdit(detached.messages, event, reader.id) },
    quoted: applyEdit(room.quoted, event, reader.id),
    reactors: noteReactor(room.reactors, event),
    chat: last && isLast ? { ...chat, lastMessage: editMessage(last, event, reader.id) } : chat,
  };
}

type ChatChange = Extract<ChatEvent, { kind: "member" | "chat" }>;

function applyToChat(chat: Chat, event: ChatChange, reader: Reader): Chat {
  if (event.kind === "member") return { ...chat, ...applyMembership(chat, event, reader) };
  const { name, topic, visibility } = event;
  return { ...chat, name, topic, visibility };
}

function applyMembership(
  chat: Chat,
  { user, action, role }: Extract<ChatEvent, { kind: "member" }>,
  reader: Reader,
): Partial<Chat> {
  const step = action === "joined" ? 1 : action === "left" || action === "removed" ? -1 : 0;
  const members = Math.max(0, chat.members + step);
  return user.id === reader.id && step >= 0 ? { members, role } : { members };
}

/** Moves the read mark forward, never back. */
export function moveReadMark(room: Room, seq: number): Room {
  if (seq <= room.chat.readSeq) return room;
  const counts = countRead(room.counts, seq);
  return { ...room, counts, chat: { ...room.chat, readSeq: seq, ...totals(counts) } };
}

/** Somebody was blocked, or is not any more. */
export function recountRoomMentions(room: Room, reader: Reader): Room {
  const counts = recountMentions(room.counts, reader);
  return { ...room, counts, chat: { ...room.chat, ...totals(counts) } };
}

/**
 * Takes what the server says of a chat now; only events move `seq`. When it says so of a moment
 * that is still to come here, the events up to that moment count no more. Of a moment that is past
 * it says nothing new but what has no sequence.
 */
export function refreshRoom(room: Room, chat: Chat): Room {
  const peer = chat.peer && { peer: chat.peer };
  if (chat.lastSeq < room.seq) {
    return moveReadMark({ ...room, chat: { ...room.chat, ...peer } }, chat.readSeq);
  }
  // Read here, and not heard of there: its counts belong to another mark.
  const isBehind = chat.readSeq < room.chat.readSeq;
  const counts = isBehind ? room.counts : counted(chat);
  const readSeq = Math.max(chat.readSeq, room.chat.readSeq);
  const lastSeq = Math.max(chat.lastSeq, room.chat.lastSeq);
  const told = { ...chat, lastSeq, readSeq, ...totals(counts) };
  return { ...room, counts, syncedSeq: chat.lastSeq, chat: told };
}
