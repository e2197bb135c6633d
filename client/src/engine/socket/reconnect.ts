import { CLOSES, retryHint } from "@parley/contracts/closes";

/** What to do after a WebSocket closed; `after` is in milliseconds. */
export type AfterClose =
  | { kind: "connect"; after: number }
  | { kind: "sign_in" }
  | { kind: "stop" };

const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 15_000;

/** How a WebSocket closed: `CloseEvent` has it. */
interface Close {
  readonly code: number;
  readonly reason: string;
}

/** @param attempt how many connections in a row came to nothing. */
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

/** Full jitter: a whole room that lost its gateway must not come back in step. */
export function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(MAX_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
}
