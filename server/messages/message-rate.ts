import type { UserId } from "@parley/contracts/ids";
import { Refusal } from "@parley/platform/http/problem";

const WINDOW_MS = 1_000;
const SWEEP_INTERVAL_MS = 60_000;

/** Limits how many messages each user sends, over all of the user's connections. */
export interface MessageRate {
  /** @throws Refusal `rate_limited`, with the seconds until the user may send again. */
  take(user: UserId): void | Promise<void>;
}

/** The times at which a user sent, oldest first; the times before index `first` have expired. */
interface SendTimes {
  times: number[];
  first: number;
}

/**
 * Creates a limit of `perSecond` messages within any second, counted in the memory of this process.
 *
 * It keeps the time of each recent message (a sliding log), so that no second exceeds the limit,
 * wherever it begins.
 * @param now in milliseconds.
 */
export function createLocalMessageRate(
  perSecond: number,
  now: () => number = performance.now.bind(performance),
) {
  const byUser = new Map<string, SendTimes>();
  const sweep = setInterval(removeIdle, SWEEP_INTERVAL_MS);

  function removeIdle(): void {
    const horizon = now() - WINDOW_MS;
    for (const [user, { times }] of byUser) if ((times.at(-1) ?? 0) <= horizon) byUser.delete(user);
  }

  return {
    take(user: UserId): void {
      const time = now();
      const sent = byUser.getOrInsertComputed(user, () => ({ times: [], first: 0 }));
      expireBefore(sent, time - WINDOW_MS);
      const oldest = sent.times[sent.first];
      if (oldest !== undefined && sent.times.length - sent.first >= perSecond)
        throw new Refusal("rate_limited", "You send faster than this server allows.", {
          retryAfter: Math.ceil(oldest + WINDOW_MS - time) / 1000,
        });
      sent.times.push(time);
    },
    [Symbol.dispose]: () => clearInterval(sweep),
  } satisfies MessageRate & Disposable;
}

/** Copies the array only when half of it has expired, so that each time is copied once at most. */
function expireBefore(sent: SendTimes, horizon: number): void {
  while ((sent.times[sent.first] ?? Number.POSITIVE_INFINITY) <= horizon) sent.first++;
  if (sent.first * 2 <= sent.times.length) return;
  sent.times = sent.times.slice(sent.first);
  sent.first = 0;
}
