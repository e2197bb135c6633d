import type { LimitClass } from "@parley/contracts/routes";
import type { Hook } from "@parley/platform/http/hooks";
import { addressBlock } from "@parley/platform/http/ip-address";
import { Refusal } from "@parley/platform/http/problem";
import type { Context, Next } from "hono";
import { createMiddleware } from "hono/factory";
import { rateLimiter } from "hono-rate-limiter";
import type { GatewayEnv } from "../gateway-env.ts";
import type { IsKnownBrowser } from "../identity/is-known-browser.ts";
import type { LimitKind } from "../sockets/connection-counts.ts";
import { countOrRefuse, type KeyLimit, secondsLeft } from "./key-limit.ts";
import type { RateLimitStore } from "./rate-limit-store.ts";

export const WINDOW_MS = 1_000;

export type CountedClass = Exclude<LimitClass, "none">;

export interface RateLimitOptions {
  /** Requests per second of one user or one address. */
  readonly limits: Readonly<Record<CountedClass, number>>;
  /** Requests per second of all signed-in users of one address. */
  readonly addressLimits: Readonly<Record<CountedClass, number>>;
  /** Browsers that are known have a limit of their own at each address, so that strangers cannot use it up. */
  readonly isKnownBrowser: IsKnownBrowser;
  readonly onBlocked: (kind: LimitKind) => void;
}

/**
 * Limits the requests of each class: on routes for signed-in users by user, and all users of an address
 * together; on the others by address.
 * @param stores one for each class, because a limiter owns its store.
 */
export function rateLimit(
  stores: Readonly<Record<CountedClass, RateLimitStore>>,
  { limits, addressLimits, isKnownBrowser, onBlocked }: RateLimitOptions,
) {
  function limitKey(c: Context<GatewayEnv>): string {
    const user = countedUser(c);
    if (user !== undefined) return `user ${user}`;
    return `${isKnownBrowser(c) ? "known" : "ip"} ${addressBlock(c.get("address"))}`;
  }

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
  const addressLimit = (limitClass: CountedClass): KeyLimit => ({
    policy: { name: "address", windowMs: WINDOW_MS },
    limit: addressLimits[limitClass],
    store: stores[limitClass],
    onBlocked: () => onBlocked("ip"),
  });
  const ofAddress = {
    default: addressLimit("default"),
    login: addressLimit("login"),
    files: addressLimit("files"),
  };

  /** A request above its user's limit was refused before, so one user takes no more than that from an address. */
  function countAddress(c: Context<GatewayEnv>, limitClass: CountedClass, next: Next) {
    if (countedUser(c) === undefined) return next();
    const key = `users of ${addressBlock(c.get("address"))}`;
    const counted = countOrRefuse(c, key, ofAddress[limitClass]);
    return counted instanceof Promise ? counted.then(next) : next();
  }

  return createMiddleware<GatewayEnv>(function rateLimit(c, next) {
    const limitClass = c.get("route").limit;
    return limitClass === "none"
      ? next()
      : limiters[limitClass](c, async () => countAddress(c, limitClass, next));
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
  const { name, windowMs } = c.get("limitPolicy") ?? {
    name: c.get("route").limit,
    windowMs: WINDOW_MS,
  };
  return [
    ["ratelimit-policy", `"${name}";q=${info.limit};w=${windowMs / 1_000}`],
    ["ratelimit", `"${name}";r=${info.remaining};t=${secondsLeft(info)}`],
  ];
}

/** On a public route a token is ignored, because many tokens would multiply the passwords that one address may try. */
function countedUser(c: Context<GatewayEnv>): string | undefined {
  return c.get("route").access === "public" ? undefined : c.get("identity")?.claims.sub;
}
