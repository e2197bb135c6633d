import type { ClientFrame } from "@parley/contracts/frames";
import { moveReadMark } from "../room/room.ts";
import type { AppStore } from "./app-state.ts";

/** One `read` frame a chat in this time is enough, however fast a room talks. */
const COALESCE_MS = 400;

export type ReadMarks = ReturnType<typeof createReadMarks>;

/** Moves read marks: here at once, on the server gathered and as soon as there is a connection. */
export function createReadMarks(
  { state, changeRoom, me }: AppStore,
  send: (frame: ClientFrame) => boolean,
) {
  /** Marks that the server has not confirmed: it tells every session of a mark that moved. */
  const unconfirmed = new Map<string, number>();
  const unsent = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** All of a chat was seen, to its newest message. */
  function markRead(chat: string): void {
    const room = state.rooms[chat];
    // Who looks at the past has not seen the newest.
    if (!room || room.detached || room.seq <= room.chat.readSeq) return;
    unconfirmed.set(chat, room.seq);
    unsent.add(chat);
    changeRoom(chat, (now) => moveReadMark(now, now.seq));
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

  /** A (new) session: what went out on the last one may never have come. */
  function onConnected(): void {
    for (const chat of unconfirmed.keys()) unsent.add(chat);
    flush();
  }

  /** Somebody has read: it matters here when it is the same person, on this device or another. */
  function onRead(chat: string, user: string, seq: number): void {
    if (user !== me()?.id) return;
    if (seq >= (unconfirmed.get(chat) ?? 0)) unconfirmed.delete(chat);
    changeRoom(chat, (room) => moveReadMark(room, seq));
  }

  return { markRead, onConnected, onRead };
}
