import type { ClientFrame } from "@parley/contracts/frames";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { holdsUnread, moveReadMark } from "../room/read-mark.ts";
import type { AppStore } from "./app-state.ts";

/** The page sends at most one `read` frame for each chat in this time. */
const COALESCE_MS = 400;

export type ReadMarks = ReturnType<typeof createReadMarks>;

/** Moves read marks: on this page at once, on the server coalesced and when there is a connection. */
export function createReadMarks(
  { state, changeRoom, me, reader }: AppStore,
  send: (frame: ClientFrame) => boolean,
) {
  /** Marks that the server has not confirmed. It sends each mark that moved to all connections of a user. */
  const unconfirmed = new Map<string, number>();
  const unsent = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** The user asks to have a chat marked as read. The “New” divider goes as well. */
  function markRead(chat: ChatId): void {
    move(chat, state.rooms[chat]?.seq ?? 0);
    changeRoom(chat, (room) => ({ ...room, dividerAfter: null }));
  }

  /** The user has had the messages of the shown window up to `seq` on the screen. */
  function markSeen(chat: ChatId, seq: number): void {
    const room = state.rooms[chat];
    if (room && holdsUnread(room, reader())) move(chat, Math.min(seq, room.seq));
  }

  function move(chat: ChatId, seq: number): void {
    const room = state.rooms[chat];
    if (!room || seq <= room.chat.readSeq) return;
    unconfirmed.set(chat, seq);
    unsent.add(chat);
    changeRoom(chat, (now) => moveReadMark(now, seq, reader()));
    timer ??= setTimeout(flush, COALESCE_MS);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const chat of unsent) {
      const seq = unconfirmed.get(chat);
      if (seq === undefined || send({ type: "read", chat, seq })) unsent.delete(chat);
    }
  }

  /** Sends the unconfirmed marks again: frames of the previous connection may be lost. */
  function onConnected(): void {
    for (const chat of unconfirmed.keys()) unsent.add(chat);
    flush();
  }

  /** Takes over a read mark of the user, which this or another device moved. */
  function onRead(chat: ChatId, user: UserId, seq: number): void {
    if (user !== me()?.id) return;
    if (seq >= (unconfirmed.get(chat) ?? 0)) unconfirmed.delete(chat);
    changeRoom(chat, (room) => moveReadMark(room, seq, reader()));
  }

  return { markRead, markSeen, onConnected, onRead };
}
