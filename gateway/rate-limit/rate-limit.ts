import type { LimitClass } from "@parley/contracts/routes";
import type { Hook } from "@parley/platform/http/hooks";
import { Refusal } from "@parley/platform/http/problem";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { type RateLimitInfo, rateLimiter } from "hono-rate-limiter";
import { addressBlock } from "../address/ip-address.ts";
import type { GatewayEnv } from "../gateway-env.ts";
import type { RateLimitStore } from "./bounded-store.ts";

export const WINDOW_MS = 1_000;

export type CountedClass = Exclude<LimitClass, "none">;

export interface RateLimitOptions {
  /** Requests a second. */
  readonly limits: Readonly<Record<CountedClass, number>>;
  readonly onBlocked: (kind: "user" | "ip") => void;
}

/**
 * Limits the requests of each class: by user where only users may call, else by address.
 * @param stores one for each class: a limiter owns its store.
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

/** Puts the limit's state on every limited answer, the refusal included. */
export const rateLimitHeaders: Hook<GatewayEnv> = (c) => {
  for (const [name, value] of rateLimitFields(c)) c.res.headers.set(name, value);
};

/** `RateLimit` and `RateLimit-Policy` as of draft-ietf-httpapi-ratelimit-headers-10. */
export function rateLimitFields(c: Context<GatewayEnv>): [name: string, value: string][] {
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

/** Where strangers may call, a token proves nothing: many of them would multiply the passwords that one address may try. */
function countedUser(c: Context<GatewayEnv>): string | undefined {
  return c.get("route").access === "public" ? undefined : c.get("identity")?.claims.sub;
}

/** Whole seconds until the window ends, at least one: a caller that waits so long gets through. */
function secondsLeft(info: RateLimitInfo | undefined): number {
  const left = (info?.resetTime?.getTime() ?? 0) - Date.now();
  return Math.max(1, Math.ceil(left / 1_000));
}
