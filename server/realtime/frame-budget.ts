import { LIMITS } from "@parley/contracts/limits";
import { TokenBucket } from "@parley/platform/async/token-bucket";

type RatedType = keyof typeof LIMITS.frameRates;

/** The rate limit of one connection's frames: a token bucket for each type of frame. */
export function createFrameBudget(now?: () => number) {
  const buckets = new Map<RatedType, TokenBucket>();
  const bucketOf = (type: RatedType) => new TokenBucket(LIMITS.frameRates[type], now);

  return {
    /** Takes a token of the type. @returns 0, or the seconds until there is a token when there is none. */
    take: (type: RatedType): number => buckets.getOrInsertComputed(type, bucketOf).take(),
  };
}
