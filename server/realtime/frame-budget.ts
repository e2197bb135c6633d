import { LIMITS } from "@parley/contracts/limits";
import { TokenBucket } from "@parley/platform/async/token-bucket";

type Rated = keyof typeof LIMITS.frameRates;

/** What one session may still send: a bucket for each type of frame. */
export function createFrameBudget(now?: () => number) {
  const buckets = new Map<Rated, TokenBucket>();
  const bucketOf = (type: Rated) => new TokenBucket(LIMITS.frameRates[type], now);

  return {
    /** Takes one of a type. @returns the seconds until there is one again; 0 when there was one. */
    take: (type: Rated): number => buckets.getOrInsertComputed(type, bucketOf).take(),
  };
}
