import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";

/** The part of Bun's `ServerWebSocket` that the heartbeat uses. */
interface PingableSocket {
  /** Whether the socket is not read at the moment, so that no pong can arrive. */
  readonly isPaused?: boolean;
  ping(payload: string): unknown;
  close(code: number, reason: string): void;
}

/**
 * Pings every socket once an interval, and closes with 4408 each one that did not answer the ping before.
 *
 * Bun's `idleTimeout` cannot replace the heartbeat, because sending to a dead peer counts as activity. A
 * pong answers a ping only with its payload (RFC 6455, 5.5.3), which is random: a peer that reads nothing
 * would otherwise stay open, with all that waits for it, by pongs that nobody asked for.
 */
export function createHeartbeat<S extends PingableSocket>(
  intervalMs: number = LIMITS.heartbeatIntervalMs,
) {
  /** The payload of the ping that each socket has not answered; null where it has answered. */
  const unanswered = new Map<S, string | null>();
  const timer = setInterval(() => {
    for (const [socket, payload] of unanswered) {
      if (socket.isPaused) unanswered.set(socket, null);
      else if (payload !== null) socket.close(CLOSES.noPong.code, CLOSES.noPong.reason);
      else {
        const sent = crypto.randomUUID();
        unanswered.set(socket, sent);
        socket.ping(sent);
      }
    }
  }, intervalMs);
  return {
    add: (socket: S) => void unanswered.set(socket, null),
    onPong: (socket: S, payload: { toString(): string }) => {
      if (unanswered.get(socket) === payload.toString()) unanswered.set(socket, null);
    },
    remove: (socket: S) => void unanswered.delete(socket),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
