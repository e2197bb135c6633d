import { Refusal } from "@parley/platform/http/problem";
import type { RateLimitStore } from "./bounded-store.ts";

/**
 * What becomes of a request that could not be counted. A broken counter must not close the house; but
 * where passwords are tried, nobody may try without being counted.
 */
export type WhenBroken = "let through" | "refuse";

/** A store whose failures are told, and decide nothing but what was decided beforehand. */
export function createGuardedStore(
  store: RateLimitStore,
  whenBroken: WhenBroken,
  onFailure: (error: unknown) => void,
): RateLimitStore {
  const broken = (error: unknown) => {
    onFailure(error);
    if (whenBroken === "refuse") throw new Refusal("unavailable", undefined, { retryAfter: 1 });
    return { totalHits: 0 };
  };
  return {
    ...store,
    increment(key) {
      try {
        const counted = store.increment(key);
        return counted instanceof Promise ? counted.catch(broken) : counted;
      } catch (error) {
        return broken(error);
      }
    },
  };
}
