import { CLOSES } from "@parley/contracts/closes";
import type { SendUp } from "../link/link.ts";
import type { BrowserSocket } from "./browser-socket.ts";

/** Held bytes above which a socket is not read any more: its browser then feels what holds it up. */
const PAUSE_ABOVE = 64 * 1024;
/** Milliseconds between two looks at whether what is held may go. */
const LOOK_EVERY = 25;

/** A flood is its sender's fault; that all sockets together hold too much is nobody's. */
const FULL = {
  own_room: { ...CLOSES.abuse, reason: "too many frames" },
  all_room: CLOSES.unavailable,
};

/**
 * Carries browsers' frames up, each socket's in their order.
 *
 * What can't go at once is held: while there is no link or the session is not welcome on it yet,
 * while too much waits on the link, and while the socket is over its budget of frames.
 * A socket whose room is used up is closed.
 */
export function createUpward() {
  const holding = new Set<BrowserSocket>();
  let link: SendUp | null = null;
  let look: Timer | undefined;

  function take(socket: BrowserSocket, payload: string): void {
    if (!socket.held.isEmpty || !pass(socket, payload)) hold(socket, payload);
  }

  function pass(socket: BrowserSocket, payload: string): boolean {
    const { session, isWelcome, budget } = socket;
    if (link === null || !isWelcome || budget.take() > 0) return false;
    return link({ kind: "frame", connection: session, payload });
  }

  function hold(socket: BrowserSocket, payload: string): void {
    const room = socket.held.hold(payload);
    if (room !== "held") {
      const { code, reason } = FULL[room];
      socket.close(code, reason);
      return;
    }
    holding.add(socket);
    if (socket.held.bytes > PAUSE_ABOVE) socket.pause();
    if (link) look ??= setInterval(lookAtAll, LOOK_EVERY);
  }

  /** Who still holds something goes to the end: the others come first the next time. */
  function release(socket: BrowserSocket): void {
    socket.held.release((payload) => pass(socket, payload));
    holding.delete(socket);
    if (socket.held.isEmpty) socket.resume();
    else holding.add(socket);
  }

  function lookAtAll(): void {
    for (const socket of [...holding]) release(socket);
    if (holding.size === 0) rest();
  }

  function rest(): void {
    clearInterval(look);
    look = undefined;
  }

  return {
    take,
    /** The session was welcomed: what waited for that may go. */
    welcome(socket: BrowserSocket): void {
      socket.isWelcome = true;
      if (holding.has(socket)) release(socket);
    },
    /** The socket is gone, and what it had sent with it. */
    drop(socket: BrowserSocket): void {
      socket.held.clear();
      holding.delete(socket);
    },
    linked(send: SendUp): void {
      link = send;
      if (holding.size > 0) look ??= setInterval(lookAtAll, LOOK_EVERY);
    },
    unlinked(): void {
      link = null;
      rest();
    },
    [Symbol.dispose]: rest,
  };
}
