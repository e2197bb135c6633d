import { sessionCookieName } from "@parley/platform/http/session-cookie";
import { bearerToken, type Claims } from "@parley/platform/http/token";
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

type Maybe<T> = T | null | Promise<T | null>;

/** Picks the first good token: the header's, then the cookie's. A bad header does not hide a good cookie. */
export function chooseIdentity(
  { header, cookie }: Readonly<Record<Identity["by"], string | undefined>>,
  verify: VerifyToken,
): Maybe<Identity> {
  const byHeader = identityBy("header", header, verify);
  const orByCookie = (found: Identity | null) => found ?? identityBy("cookie", cookie, verify);
  return byHeader instanceof Promise ? byHeader.then(orByCookie) : orByCookie(byHeader);
}

function identityBy(
  by: Identity["by"],
  token: string | undefined,
  verify: VerifyToken,
): Maybe<Identity> {
  if (!token) return null;
  const identity = (claims: Claims | null) => claims && { claims, token, by };
  const verified = verify(token);
  return verified instanceof Promise ? verified.then(identity) : identity(verified);
}

/** Finds out who calls; whether that is enough is decided elsewhere. Who is known already waits for nothing. */
export const identify = (verify: VerifyToken) =>
  createMiddleware<GatewayEnv>(function identify(c, next) {
    const header = bearerToken(c.req.header("authorization"));
    const cookie = getCookie(c, sessionCookieName(c.get("https")));
    const goOn = (identity: Identity | null) => {
      c.set("identity", identity);
      return next();
    };
    const identity = chooseIdentity({ header, cookie }, verify);
    return identity instanceof Promise ? identity.then(goOn) : goOn(identity);
  });
