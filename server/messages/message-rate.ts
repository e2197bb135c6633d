import type { UserId } from "@parley/contracts/ids";
import { createSlidingLog } from "@parley/platform/async/sliding-log";
import { Refusal } from "@parley/platform/http/problem";

const WINDOW_MS = 1_000;

/** Limits how many messages each user sends, over all of the user's connections. */
export interface MessageRate {
  /** @throws Refusal `rate_limited`, with the seconds until the user may send again. */
  take(user: UserId): void | Promise<void>;
}

/**
 * Creates a limit of `perSecond` messages within any second, counted in the memory of this process.
 * @param now in milliseconds.
 */
export function createLocalMessageRate(perSecond: number, now?: () => number) {
  const sent = createSlidingLog({ max: perSecond, windowMs: WINDOW_MS }, now);
  return {
    take(user: UserId): void {
      const wait = sent.take(user);
      if (wait > 0)
        throw new Refusal("rate_limited", "You send faster than this server allows.", {
          retryAfter: Math.ceil(wait) / 1000,
        });
    },
    [Symbol.dispose]: () => sent[Symbol.dispose](),
  } satisfies MessageRate & Disposable;
}
