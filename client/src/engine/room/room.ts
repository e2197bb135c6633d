import type { Chat } from "@parley/contracts/chats";
import type { Message } from "@parley/contracts/messages";
import type { MessageWindows } from "./message-window.ts";
import type { Reactors } from "./reactors.ts";
import { counted, countRead, type Reader, recountMentions, totals, type Unread } from "./unread.ts";

/** What the page knows of one chat. */
export interface Room extends MessageWindows {
  chat: Chat;
  /** The `seq` of the last event that was applied. */
  seq: number;
  /** The `seq` at which the server described the chat: earlier events do not change `chat`. */
  syncedSeq: number;
  counts: Unread;
  /** Messages that replies quote and that no window holds. */
  quoted: Message[];
  reactors: Reactors;
  /** The read mark when the first unseen message came: the “New” divider follows it. Null without a divider. */
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

/** Moves the read mark forward, never back. */
export function moveReadMark(room: Room, seq: number): Room {
  if (seq <= room.chat.readSeq) return room;
  const counts = countRead(room.counts, seq);
  return { ...room, counts, chat: { ...room.chat, readSeq: seq, ...totals(counts) } };
}

/** Counts the mentions again, because a user was blocked or unblocked. */
export function recountRoomMentions(room: Room, reader: Reader): Room {
  const counts = recountMentions(room.counts, reader);
  return { ...room, counts, chat: { ...room.chat, ...totals(counts) } };
}

/**
 * Takes over the server's description of a chat; only events move `seq`. If the description is newer
 * than `seq`, it replaces the counts of the events in between. If it is older, only its read mark and
 * its peer are taken, because no event changes them.
 */
export function refreshRoom(room: Room, chat: Chat): Room {
  const peer = chat.peer && { peer: chat.peer };
  if (chat.lastSeq < room.seq) {
    return moveReadMark({ ...room, chat: { ...room.chat, ...peer } }, chat.readSeq);
  }
  // The server has not received the last read mark of this page, so that its counts are too high.
  const isBehind = chat.readSeq < room.chat.readSeq;
  const counts = isBehind ? room.counts : counted(chat);
  const readSeq = Math.max(chat.readSeq, room.chat.readSeq);
  const lastSeq = Math.max(chat.lastSeq, room.chat.lastSeq);
  const refreshed = { ...chat, lastSeq, readSeq, ...totals(counts) };
  return { ...room, counts, syncedSeq: chat.lastSeq, chat: refreshed };
}
