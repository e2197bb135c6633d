import { LIMITS } from "@parley/contracts/limits";
import type { Message } from "@parley/contracts/messages";
import { shownMessages, showsBeginning } from "./message-window.ts";
import type { Room } from "./room.ts";
import { countPassed, countRead, isUnread, type Passed, type Reader, totals } from "./unread.ts";

/** Moves the read mark forward, never back. */
export function moveReadMark(room: Room, seq: number, reader: Reader): Room {
  if (seq <= room.chat.readSeq) return room;
  const counts = countRead(room.counts, seq, passedBy(room, seq, reader));
  return { ...room, counts, chat: { ...room.chat, readSeq: seq, ...totals(counts) } };
}

/**
 * Whether every unread message is in the shown window. If not, the window lies beyond messages that the
 * reader has not had on the screen, and the read mark must not pass them.
 */
export function holdsUnread(room: Room, reader: Reader): boolean {
  const { unread, readSeq } = room.chat;
  if (unread === 0 || reachesBackTo(room, readSeq)) return true;
  // Events that are no messages, and own messages, may follow the read mark.
  const loaded = shownMessages(room).filter((message) => isUnread(message, readSeq, reader));
  return unread < LIMITS.maxUnreadCount && loaded.length >= unread;
}

/** Whether the shown window holds every message that follows `seq`, up to the window's end. */
export function reachesBackTo(room: Room, seq: number): boolean {
  const [first] = shownMessages(room);
  return showsBeginning(room) || (first !== undefined && first.seq <= seq + 1);
}

/**
 * The messages that a read mark at `seq` passes. Null if the window does not hold them all, or if one
 * was edited or deleted: the server may have counted it in another state.
 */
function passedBy(room: Room, seq: number, reader: Reader): Passed | null {
  const { readSeq } = room.chat;
  const isHeld = reachesBackTo(room, readSeq) && seq <= (shownMessages(room).at(-1)?.seq ?? 0);
  const passed = shownMessages(room).filter((one) => one.seq > readSeq && one.seq <= seq);
  if (!isHeld || passed.some(isChanged)) return null;
  return countPassed(
    passed.filter((one) => one.seq <= room.counts.at && isUnread(one, readSeq, reader)),
    reader,
  );
}

const isChanged = ({ editedAt, deletedAt }: Message) => editedAt !== null || deletedAt !== null;
