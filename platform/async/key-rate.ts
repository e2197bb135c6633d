import { Refusal } from "../http/problem.ts";

const SWEEP_INTERVAL_MS = 60_000;

/** Limits how often each key acts, such as a user who sends messages over several connections. */
export interface KeyRate {
  /** @throws Refusal `rate_limited`, with the seconds until the key may act again. */
  take(key: string): void | Promise<void>;
}

export interface KeyRateLimits {
  /** How many times a key may act within any window. */
  readonly max: number;
  readonly windowMs: number;
  /** The detail of the refusal. */
  readonly detail: string;
}

/** The times at which a key acted, oldest first; the times before index `first` have expired. */
interface TakenTimes {
  times: number[];
  first: number;
}

/**
 * Creates a limit that is counted in the memory of this process.
 *
 * The limit keeps the time of each recent call (a sliding log), so that no window exceeds it, wherever
 * the window begins.
 * @param now in milliseconds.
 */
export function createLocalKeyRate(
  { max, windowMs, detail }: KeyRateLimits,
  now: () => number = performance.now.bind(performance),
) {
  const byKey = new Map<string, TakenTimes>();
  const sweep = setInterval(removeIdle, SWEEP_INTERVAL_MS);
  sweep.unref();

  function removeIdle(): void {
    const horizon = now() - windowMs;
    for (const [key, { times }] of byKey) if ((times.at(-1) ?? 0) <= horizon) byKey.delete(key);
  }

  return {
    take(key: string): void {
      const time = now();
      const taken = byKey.getOrInsertComputed(key, () => ({ times: [], first: 0 }));
      expireBefore(taken, time - windowMs);
      const oldest = taken.times[taken.first];
      if (oldest !== undefined && taken.times.length - taken.first >= max)
        throw new Refusal("rate_limited", detail, {
          retryAfter: Math.ceil(oldest + windowMs - time) / 1_000,
        });
      taken.times.push(time);
    },
    [Symbol.dispose]: () => clearInterval(sweep),
  } satisfies KeyRate & Disposable;
}

/** Copies the array only when half of it has expired, so that each time is copied once at most. */
function expireBefore(taken: TakenTimes, horizon: number): void {
  while ((taken.times[taken.first] ?? Number.POSITIVE_INFINITY) <= horizon) taken.first++;
  if (taken.first * 2 <= taken.times.length) return;
  taken.times = taken.times.slice(taken.first);
  taken.first = 0;
}
