import type { UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { createSlidingLog } from "@parley/platform/async/sliding-log";
import { Refusal } from "@parley/platform/http/problem";

const WINDOW_MS = 60_000;

export type ProfileRate = ReturnType<typeof createProfileRate>;

/** Limits how often each user changes their profile, because each change is sent to everyone who shares a chat. */
export function createProfileRate() {
  const changed = createSlidingLog({ max: LIMITS.maxProfileChangesPerMinute, windowMs: WINDOW_MS });
  return {
    /** @throws Refusal `rate_limited`, with the seconds until the user may change the profile again. */
    take(user: UserId): void {
      const wait = changed.take(user);
      if (wait > 0)
        throw new Refusal("rate_limited", "You change your profile too often.", {
          retryAfter: Math.ceil(wait / 1_000),
        });
    },
    [Symbol.dispose]: () => changed[Symbol.dispose](),
  };
}
