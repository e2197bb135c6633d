import { Refusal } from "@parley/platform/http/problem";
import type { RateLimitStore } from "./rate-limit-store.ts";

/**
 * What happens to a request that could not be counted. A failing store must not make the gateway
 * unusable, but passwords must not be tried without being counted.
 */
export type FailurePolicy = "allow" | "refuse";

/** A store whose failures are reported and handled by the policy. */
export function createGuardedStore(
  store: RateLimitStore,
  policy: FailurePolicy,
  onFailure: (error: unknown) => void,
): RateLimitStore {
  const handleFailure = (error: unknown) => {
    onFailure(error);
    if (policy === "refuse") throw new Refusal("unavailable", undefined, { retryAfter: 1 });
    return { totalHits: 0 };
  };
  return {
    ...store,
    increment(key) {
      try {
        const count = store.increment(key);
        return count instanceof Promise ? count.catch(handleFailure) : count;
      } catch (error) {
        return handleFailure(error);
      }
    },
  };
}
