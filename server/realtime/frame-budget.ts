import { LIMITS } from "@parley/contracts/limits";

type Rated = keyof typeof LIMITS.frameRates;

/** What one session may still send: a bucket for each type of frame, which fills as time goes by. */
export function createFrameBudget(now: () => number = performance.now.bind(performance)) {
  const buckets = new Map<Rated, { left: number; at: number }>();

  return {
    /** Takes one of a type. @returns the seconds until there is one again; 0 when there was one. */
    take(type: Rated): number {
      const { atOnce, perSecond } = LIMITS.frameRates[type];
      const time = now();
      const bucket = buckets.getOrInsertComputed(type, () => ({ left: atOnce, at: time }));
      bucket.left = Math.min(atOnce, bucket.left + ((time - bucket.at) / 1_000) * perSecond);
      bucket.at = time;
      if (bucket.left < 1) return (1 - bucket.left) / perSecond;
      bucket.left--;
      return 0;
    },
  };
}
