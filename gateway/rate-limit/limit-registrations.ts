import { addressBlock } from "@parley/platform/http/ip-address";
import { CLIENT_CLOSED_REQUEST } from "@parley/platform/http/problem";
import { createMiddleware } from "hono/factory";
import type { GatewayEnv } from "../gateway-env.ts";
import { countOrRefuse, type KeyLimit } from "./key-limit.ts";

export const REGISTRATION_WINDOW_MS = 60 * 60_000;
/** The status of `unavailable` and `overloaded`: the request was not processed. */
const UNAVAILABLE = 503;

/**
 * Limits the accounts that one address creates in an hour, because limits by user are worth little where
 * one caller has many users.
 *
 * A request is counted before it is passed on, so that concurrent requests cannot exceed the limit. The
 * count is taken back where the response proves that no account was created, as for a username that is
 * taken. A caller that does not wait for the response stays counted.
 */
export const limitRegistrations = ({ store, ...rest }: Omit<KeyLimit, "policy">) => {
  const policy = { name: "registrations", windowMs: REGISTRATION_WINDOW_MS };
  return createMiddleware<GatewayEnv>(async function limitRegistrations(c, next) {
    const key = `ip ${addressBlock(c.get("address"))}`;
    await countOrRefuse(c, key, { policy, store, ...rest });
    await next();
    if (isRefusal(c.res.status)) await store.decrement(key);
  });
};

function isRefusal(status: number): boolean {
  return (status >= 400 && status < CLIENT_CLOSED_REQUEST) || status === UNAVAILABLE;
}
