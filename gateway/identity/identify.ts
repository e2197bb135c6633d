import { sessionCookieName } from "@parley/platform/session-cookie";
import { bearerToken, type Claims } from "@parley/platform/token";
import { getCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import type { GatewayEnv } from "../gateway-env.ts";
import type { VerifyToken } from "./token-verifier.ts";

/** Who calls, by which token, and where the token stood: a cookie is sent without its owner's doing. */
export interface Identity {
  readonly claims: Claims;
  readonly token: string;
  readonly by: "header" | "cookie";
}

/** Picks the first good token: the header's, then the cookie's. A bad header does not hide a good cookie. */
export async function chooseIdentity(
  tokens: Readonly<Record<Identity["by"], string | undefined>>,
  verify: VerifyToken,
): Promise<Identity | null> {
  for (const by of ["header", "cookie"] as const) {
    const token = tokens[by];
    const claims = token ? await verify(token) : null;
    if (token && claims) return { claims, token, by };
  }
  return null;
}

/** Finds out who calls; whether that is enough is decided elsewhere. */
export const identify = (verify: VerifyToken) =>
  createMiddleware<GatewayEnv>(async function identify(c, next) {
    const header = bearerToken(c.req.header("authorization"));
    const cookie = getCookie(c, sessionCookieName(c.get("https")));
    c.set("identity", await chooseIdentity({ header, cookie }, verify));
    await next();
  });
