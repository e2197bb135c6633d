import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import type { ClientRateLimitInfo, RateLimitInfo } from "hono-rate-limiter";
import type { GatewayEnv } from "../gateway-env.ts";
import type { LimitPolicy } from "./limit-policy.ts";
import type { RateLimitStore } from "./rate-limit-store.ts";

/** A limit that counts beside the limit of a route's class. */
export interface KeyLimit {
  readonly policy: LimitPolicy;
  /** The requests that one key may make in a window. */
  readonly limit: number;
  readonly store: RateLimitStore;
  readonly onBlocked: () => void;
}

/**
 * Counts one more request of a key. A store that counts in memory costs no promise.
 * @throws Refusal `rate_limited` above the limit.
 */
export function countOrRefuse(
  c: Context<GatewayEnv>,
  key: string,
  { policy, limit, store, onBlocked }: KeyLimit,
): void | Promise<void> {
  function decide({ totalHits, resetTime }: ClientRateLimitInfo): void {
    if (totalHits <= limit) return;
    onBlocked();
    c.set("rateLimit", { limit, used: totalHits, remaining: 0, resetTime });
    c.set("limitPolicy", policy);
    throw new Refusal("rate_limited", undefined, { retryAfter: secondsLeft({ resetTime }) });
  }
  const count = store.increment(key);
  return count instanceof Promise ? count.then(decide) : decide(count);
}

/** Whole seconds until the window ends, at least 1: a caller that waits that long is accepted. */
export function secondsLeft(info: Pick<RateLimitInfo, "resetTime"> | undefined): number {
  const left = (info?.resetTime?.getTime() ?? 0) - Date.now();
  return Math.max(1, Math.ceil(left / 1_000));
}
