import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";

/** What the heartbeat needs of a socket; Bun's `ServerWebSocket` has it. */
interface PingableSocket {
  /** Whether nothing is read of it at the moment, so that no answer could be heard. */
  readonly isPaused?: boolean;
  ping(): unknown;
  close(code: number, reason: string): void;
}

/**
 * Pings every socket once an interval, and closes the one that did not answer the ping before (4408).
 *
 * Bun's own `idleTimeout` does not do: sending to a dead peer counts as activity.
 */
export function createHeartbeat<S extends PingableSocket>(
  interval: number = LIMITS.heartbeatIntervalMs,
) {
  const silent = new Map<S, boolean>();
  const beat = setInterval(() => {
    for (const [socket, unanswered] of silent) {
      if (socket.isPaused) silent.set(socket, false);
      else if (unanswered) socket.close(CLOSES.noPong.code, CLOSES.noPong.reason);
      else {
        silent.set(socket, true);
        socket.ping();
      }
    }
  }, interval);
  return {
    add: (socket: S) => void silent.set(socket, false),
    /** Called for a pong. */
    onPong: (socket: S) => {
      if (silent.has(socket)) silent.set(socket, false);
    },
    remove: (socket: S) => void silent.delete(socket),
    [Symbol.dispose]: () => clearInterval(beat),
  };
}
