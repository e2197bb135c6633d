interface CloseKind {
  readonly code: number;
  readonly reason: string;
  /** Whether a client reconnects: at once, after a delay with jitter, after a new sign-in, or not at all. */
  readonly reconnect: "now" | "jitter" | "sign_in" | "no";
}

/** The reasons for which a WebSocket is closed, and whether its client reconnects. */
export const CLOSES = {
  goingAway: { code: 1001, reason: "the server goes away", reconnect: "jitter" },
  abuse: { code: 1008, reason: "too many bad frames", reconnect: "no" },
  tooBig: { code: 1009, reason: "the frame is too big", reconnect: "jitter" },
  unavailable: { code: 1013, reason: "try again later", reconnect: "jitter" },
  signedOut: { code: 4401, reason: "not signed in any more", reconnect: "sign_in" },
  noPong: { code: 4408, reason: "no pong", reconnect: "now" },
  tooSlow: { code: 4429, reason: "the reader is too slow", reconnect: "jitter" },
} as const satisfies Record<string, CloseKind>;

/** Adds a retry hint to the reason of a close, as in `the server goes away; retry in 1234 ms`. */
export function withRetryHint(reason: string, milliseconds: number): string {
  return `${reason}; retry in ${Math.round(milliseconds)} ms`;
}

/** The milliseconds of the retry hint in the reason of a close; undefined without a hint. */
export function retryHint(reason: string): number | undefined {
  const [, milliseconds] = /; retry in (\d{1,5}) ms$/.exec(reason) ?? [];
  return milliseconds === undefined ? undefined : Number(milliseconds);
}
