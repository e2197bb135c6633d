import type { LimitClass } from "@parley/contracts/routes";
import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type RateLimitInfo, rateLimiter } from "hono-rate-limiter";
import { addressBlock } from "../address/ip-address.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import type { LimitKind } from "../sockets/connection-counts.ts";
import type { RateLimitStore } from "./rate-limit-store.ts";

export const WINDOW_MS = 1_000;

export type CountedClass = Exclude<LimitClass, "none">;

export interface RateLimitOptions {
  /** Requests per second. */
  readonly limits: Readonly<Record<CountedClass, number>>;
  readonly onBlocked: (kind: LimitKind) => void;
}

/**
 * Limits the requests of each class: by user on routes for signed-in users, by address on the others.
 * @param stores one for each class, because a limiter owns its store.
 */
export function rateLimit(
  stores: Readonly<Record<CountedClass, RateLimitStore>>,
  { limits, onBlocked }: RateLimitOptions,
) {
  const limiter = (limitClass: CountedClass) =>
    rateLimiter<GatewayEnv>({
      windowMs: WINDOW_MS,
      limit: limits[limitClass],
      store: stores[limitClass],
      standardHeaders: false,
      keyGenerator: limitKey,
      handler(c) {
        onBlocked(countedUser(c) === undefined ? "ip" : "user");
        const retryAfter = secondsLeft(c.get("rateLimit"));
        throw new Refusal("rate_limited", undefined, { retryAfter });
      },
    });
  const limiters = {
    default: limiter("default"),
    login: limiter("login"),
    files: limiter("files"),
  };
  return createMiddleware<GatewayEnv>(function rateLimit(c, next) {
    const limitClass = c.get("route").limit;
    return limitClass === "none" ? next() : limiters[limitClass](c, next);
  });
}

/** Adds the state of the limit to every limited response, refusals included. */
export const setRateLimitHeaders: Hook<GatewayEnv> = (c) => {
  for (const [name, value] of rateLimitHeaders(c)) c.res.headers.set(name, value);
};

/** The headers `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10. */
export function rateLimitHeaders(c: Context<GatewayEnv>): [name: string, value: string][] {
  const info = c.get("rateLimit");
  if (!info) return [];
  const policy = `"${c.get("route").limit}"`;
  return [
    ["ratelimit-policy", `${policy};q=${info.limit};w=${WINDOW_MS / 1_000}`],
    ["ratelimit", `${policy};r=${info.remaining};t=${secondsLeft(info)}`],
  ];
}

function limitKey(c: Context<GatewayEnv>): string {
  const user = countedUser(c);
  return user === undefined ? `ip ${addressBlock(c.get("address"))}` : `user ${user}`;
}

/** On a public route a token is ignored, because many tokens would multiply the passwords that one address may try. */
function countedUser(c: Context<GatewayEnv>): string | undefined {
  return c.get("route").access === "public" ? undefined : c.get("identity")?.claims.sub;
}

/** Whole seconds until the window ends, at least 1: a caller that waits that long is accepted. */
function secondsLeft(info: RateLimitInfo | undefined): number {
  const left = (info?.resetTime?.getTime() ?? 0) - Date.now();
  return Math.max(1, Math.ceil(left / 1_000));
}
