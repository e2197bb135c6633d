import type { RateLimitStore } from "./bounded-store.ts";

/** A store whose failures let requests through: a broken counter must not close the house. */
export function createFailOpenStore(
  store: RateLimitStore,
  onFailure: (error: unknown) => void,
): RateLimitStore {
  return {
    ...store,
    async increment(key) {
      try {
        return await store.increment(key);
      } catch (error) {
        onFailure(error);
        return { totalHits: 0 };
      }
    },
  };
}
