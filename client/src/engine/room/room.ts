import type { Chat } from "@parley/contracts/chats";
import type { Message } from "@parley/contracts/messages";
import type { MessageWindows } from "./message-window.ts";
import type { Reactors } from "./reactors.ts";
import { counted, type Reader, recountMentions, totals, type Unread } from "./unread.ts";

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

/** The user opens the chat: what is unread now stands below the “New” divider. */
export function beginVisit(room: Room): Room {
  return { ...room, dividerAfter: room.chat.unread > 0 ? room.chat.readSeq : null };
}

/** Shows the newest window. The divider stays above messages that are unread, so that they can be found. */
export function showNewest(room: Room): Room {
  const dividerAfter = room.chat.unread > 0 ? room.dividerAfter : null;
  return { ...room, dividerAfter, detached: null };
}

/** Counts the mentions again, because a user was blocked or unblocked. */
export function recountRoomMentions(room: Room, reader: Reader): Room {
  const counts = recountMentions(room.counts, reader);
  return { ...room, counts, chat: { ...room.chat, ...totals(counts) } };
}
