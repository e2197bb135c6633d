import { CLOSES } from "@parley/contracts/closes";
import type { SendToServer } from "../link/link.ts";
import type { BrowserSocket } from "./browser-socket.ts";
import { answerToSend, createSendAdmission, isSend, overloadedReject } from "./send-admission.ts";

/** Queued bytes above which a socket is not read, so that TCP slows its browser down. */
const PAUSE_ABOVE_BYTES = 64 * 1024;
const RETRY_INTERVAL_MS = 25;

/** A full queue is the fault of its browser; a full pool is not, so that browser may reconnect. */
const CLOSE_WHEN_FULL = {
  queue_full: { ...CLOSES.abuse, reason: "too many frames" },
  pool_full: CLOSES.unavailable,
};

/**
 * Sends browsers' frames to the server, those of each socket in order.
 *
 * A frame is queued while there is no link, while the connection is not welcomed on it yet, while too
 * much is buffered on the link, and while the socket exceeds its rate of frames. A `send` that the server
 * would not answer in time, or for which the queue has no room, is refused with `overloaded`. A socket is
 * closed only for other frames that its queue has no room for.
 * @param onRefused is called with each `reject` frame that refuses a `send`.
 */
export function createIngress(onRefused: (reject: string) => void) {
  const admission = createSendAdmission();
  const queued = new Set<BrowserSocket>();
  let link: SendToServer | null = null;
  let retryTimer: Timer | undefined;

  function receive(socket: BrowserSocket, payload: string): void {
    if (!socket.queue.isEmpty || !send(socket, payload)) enqueue(socket, payload);
  }

  /** @returns false where the frame cannot be sent now. */
  function send(socket: BrowserSocket, payload: string): boolean {
    const { connection, isWelcome, budget } = socket;
    if (link === null || !isWelcome || budget.take() > 0) return false;
    if (!isSend(payload)) return link({ kind: "frame", connection, payload });
    if (!admission.admits(socket) && refuse(socket, payload)) return true;
    const isSent = link({ kind: "frame", connection, payload });
    if (isSent) admission.sent(socket);
    return isSent;
  }

  /** @returns false where the frame cannot be refused. */
  function refuse(socket: BrowserSocket, payload: string): boolean {
    const reject = isSend(payload) ? overloadedReject(payload) : undefined;
    if (reject === undefined) return false;
    socket.deliver(reject);
    onRefused(reject);
    return true;
  }

  function enqueue(socket: BrowserSocket, payload: string): void {
    const result = socket.queue.push(payload);
    if (result !== "queued") {
      if (refuse(socket, payload)) return;
      const { code, reason } = CLOSE_WHEN_FULL[result];
      socket.close(code, reason);
      return;
    }
    queued.add(socket);
    if (socket.queue.bytes > PAUSE_ABOVE_BYTES) socket.pause();
    if (link) startRetrying();
  }

  /** A socket that still has frames goes to the end of the set, so that the others come first next time. */
  function flush(socket: BrowserSocket): void {
    socket.queue.flush((payload) => send(socket, payload));
    queued.delete(socket);
    if (socket.queue.isEmpty) socket.resume();
    else queued.add(socket);
  }

  function flushAll(): void {
    for (const socket of [...queued]) flush(socket);
    if (queued.size === 0) stopRetrying();
  }

  function startRetrying(): void {
    retryTimer ??= setInterval(flushAll, RETRY_INTERVAL_MS);
  }

  function stopRetrying(): void {
    clearInterval(retryTimer);
    retryTimer = undefined;
  }

  return {
    receive,
    /** The server has welcomed the connection: its queued frames may be sent. */
    welcome(socket: BrowserSocket): void {
      socket.isWelcome = true;
      if (queued.has(socket)) flush(socket);
    },
    /** The server has sent a frame to one connection. */
    delivered(socket: BrowserSocket, payload: string): void {
      const answer = answerToSend(payload);
      if (answer) admission.answered(socket, answer);
    },
    /** The socket's connection on the link is gone, and the answers to what it sent with it. */
    disconnected: admission.forget,
    /** The socket is gone, and its queued frames with it. */
    drop(socket: BrowserSocket): void {
      admission.forget(socket);
      socket.queue.clear();
      queued.delete(socket);
    },
    linkUp(send: SendToServer): void {
      link = send;
      if (queued.size > 0) startRetrying();
    },
    linkDown(): void {
      link = null;
      stopRetrying();
    },
    [Symbol.dispose]: stopRetrying,
  };
}
