import type { Store } from "hono-rate-limiter";
import type { GatewayEnv } from "../gateway-env.ts";

/**
 * Counts the requests of each key in a window that starts with the key's first request.
 *
 * A store that counts in memory returns its result at once, because a promise costs each request; one
 * that counts outside of the process returns a promise.
 */
export type RateLimitStore = Store<GatewayEnv>;
