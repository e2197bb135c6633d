import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";

/** The part of Bun's `ServerWebSocket` that the heartbeat uses. */
interface PingableSocket {
  /** Whether the socket is not read at the moment, so that no pong can arrive. */
  readonly isPaused?: boolean;
  ping(): unknown;
  close(code: number, reason: string): void;
}

/**
 * Pings every socket once an interval, and closes with 4408 each one that did not answer the ping before.
 *
 * Bun's `idleTimeout` cannot replace the heartbeat, because sending to a dead peer counts as activity.
 */
export function createHeartbeat<S extends PingableSocket>(
  intervalMs: number = LIMITS.heartbeatIntervalMs,
) {
  const unacknowledged = new Map<S, boolean>();
  const timer = setInterval(() => {
    for (const [socket, isUnacknowledged] of unacknowledged) {
      if (socket.isPaused) unacknowledged.set(socket, false);
      else if (isUnacknowledged) socket.close(CLOSES.noPong.code, CLOSES.noPong.reason);
      else {
        unacknowledged.set(socket, true);
        socket.ping();
      }
    }
  }, intervalMs);
  return {
    add: (socket: S) => void unacknowledged.set(socket, false),
    onPong: (socket: S) => {
      if (unacknowledged.has(socket)) unacknowledged.set(socket, false);
    },
    remove: (socket: S) => void unacknowledged.delete(socket),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
