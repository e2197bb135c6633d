import { CLOSES, retryHint } from "@parley/contracts/closes";

/** What follows the close of a WebSocket. `after` is in milliseconds. */
export type AfterClose =
  | { kind: "connect"; after: number }
  | { kind: "sign_in" }
  | { kind: "stop" };

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 15_000;

/** The fields of a `CloseEvent` that decide what follows. */
interface Close {
  readonly code: number;
  readonly reason: string;
}

/** @param attempt the number of connections in a row that failed. */
export function afterClose(
  { code, reason }: Close,
  attempt: number,
  random: () => number,
): AfterClose {
  const close = Object.values(CLOSES).find((kind) => kind.code === code);
  switch (close?.reconnect) {
    case "sign_in":
      return { kind: "sign_in" };
    case "no":
      return { kind: "stop" };
    case "now":
      return { kind: "connect", after: attempt === 0 ? 0 : backoff(attempt, random) };
    default:
      return { kind: "connect", after: retryHint(reason) ?? backoff(attempt, random) };
  }
}

/**
 * Exponential back-off with full jitter, in milliseconds: the clients of a gateway that failed must not
 * reconnect at the same moment.
 */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
}
