const SWEEP_INTERVAL_MS = 60_000;

export interface SlidingLogLimits {
  /** How many may be taken within any window. */
  readonly max: number;
  readonly windowMs: number;
}

/** The times at which a key was taken, oldest first; the times before index `first` have expired. */
interface TakenTimes {
  times: number[];
  first: number;
}

/**
 * Limits how often each key is taken, counted in the memory of this process.
 *
 * It keeps the time of each recent call (a sliding log), so that no window exceeds the limit, wherever
 * it begins.
 * @param now in milliseconds.
 */
export function createSlidingLog(
  { max, windowMs }: SlidingLogLimits,
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
    /** Takes a key. @returns 0, or the milliseconds until it may be taken again. */
    take(key: string): number {
      const time = now();
      const taken = byKey.getOrInsertComputed(key, () => ({ times: [], first: 0 }));
      expireBefore(taken, time - windowMs);
      const oldest = taken.times[taken.first];
      if (oldest !== undefined && taken.times.length - taken.first >= max)
        return oldest + windowMs - time;
      taken.times.push(time);
      return 0;
    },
    [Symbol.dispose]: () => clearInterval(sweep),
  };
}

/** Copies the array only when half of it has expired, so that each time is copied once at most. */
function expireBefore(taken: TakenTimes, horizon: number): void {
  while ((taken.times[taken.first] ?? Number.POSITIVE_INFINITY) <= horizon) taken.first++;
  if (taken.first * 2 <= taken.times.length) return;
  taken.times = taken.times.slice(taken.first);
  taken.first = 0;
}
