import type { Chat } from "@parley/contracts/chats";
import { moveReadMark } from "./read-mark.ts";
import type { Room } from "./room.ts";
import { counted, type Reader, totals } from "./unread.ts";

/**
 * Takes over the server's description of a chat; only events move `seq`. If the description is newer
 * than `seq`, it replaces the counts of the events in between. If it is older, only its read mark, its
 * peer and the end of a request are taken, because no event changes them.
 */
export function refreshRoom(room: Room, chat: Chat, reader: Reader): Room {
  const peer = chat.peer && { peer: chat.peer };
  if (chat.lastSeq < room.seq) {
    const known = { ...room.chat, ...peer, request: room.chat.request && chat.request };
    return moveReadMark({ ...room, chat: known }, chat.readSeq, reader);
  }
  // The server has not received the last read mark of this page, so that its counts are too high.
  const isBehind = chat.readSeq < room.chat.readSeq;
  const counts = isBehind ? room.counts : counted(chat);
  const readSeq = Math.max(chat.readSeq, room.chat.readSeq);
  const lastSeq = Math.max(chat.lastSeq, room.chat.lastSeq);
  const refreshed = { ...chat, lastSeq, readSeq, ...totals(counts) };
  return { ...room, counts, syncedSeq: chat.lastSeq, chat: refreshed };
}
