import type { ClientFrame } from "@parley/contracts/frames";
import type { AppStore } from "./app-state.ts";
import { markRead } from "./room.ts";

/** One `read` frame a chat in this time is enough, however fast a room talks. */
const GATHER = 400;

export type Reading = ReturnType<typeof createReading>;

/** Moves read marks: here at once, on the server gathered and as soon as there is a connection. */
export function createReading(
  { state, changeRoom, me }: AppStore,
  send: (frame: ClientFrame) => boolean,
) {
  const pending = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** All of a chat was seen. */
  function read(chat: string): void {
    const room = state.rooms[chat];
    if (!room || room.seq <= room.chat.readSeq) return;
    pending.set(chat, room.seq);
    changeRoom(chat, (now) => markRead(now, now.seq));
    timer ??= setTimeout(flush, GATHER);
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const [chat, seq] of pending) {
      if (send({ type: "read", chat, seq })) pending.delete(chat);
    }
  }

  /** Somebody has read: it matters here when it is the same person on another device. */
  function heard(chat: string, user: string, seq: number): void {
    if (user === me()?.id) changeRoom(chat, (room) => markRead(room, seq));
  }

  return { read, flush, heard };
}
