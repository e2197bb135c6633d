import { Refusal } from "@parley/platform/problem";
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
  return {
    ...store,
    async increment(key) {
      try {
        return await store.increment(key);
      } catch (error) {
        onFailure(error);
        if (whenBroken === "refuse") throw new Refusal("unavailable", undefined, { retryAfter: 1 });
        return { totalHits: 0 };
      }
    },
  };
}
