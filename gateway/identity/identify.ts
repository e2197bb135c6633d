import { sessionCookieName } from "@parley/platform/http/session-cookie";
import { bearerToken, type Claims } from "@parley/platform/http/token";
import type { VerifyToken } from "@parley/platform/http/token-verifier";
import { getCookie } from "hono/cookie";
import { createMiddleware } from "hono/factory";
import type { GatewayEnv } from "../gateway-env.ts";
import type { Identity } from "./identity.ts";

type MaybeIdentity = Identity | null | Promise<Identity | null>;

/** Uses the token of the header, or else that of the cookie; an invalid header does not hide a valid cookie. */
export function chooseIdentity(
  { header, cookie }: Readonly<Record<Identity["by"], string | undefined>>,
  verify: VerifyToken,
): MaybeIdentity {
  const byHeader = identityBy("header", header, verify);
  const orByCookie = (found: Identity | null) => found ?? identityBy("cookie", cookie, verify);
  return byHeader instanceof Promise ? byHeader.then(orByCookie) : orByCookie(byHeader);
}

function identityBy(
  by: Identity["by"],
  token: string | undefined,
  verify: VerifyToken,
): MaybeIdentity {
  if (!token) return null;
  const identity = (claims: Claims | null) => claims && { claims, token, by };
  const verified = verify(token);
  return verified instanceof Promise ? verified.then(identity) : identity(verified);
}

/** Identifies the user of a request; `authorize` decides on it. A token that was verified before costs no promise. */
export const identify = (verify: VerifyToken) =>
  createMiddleware<GatewayEnv>(function identify(c, next) {
    const header = bearerToken(c.req.header("authorization"));
    const cookie = getCookie(c, sessionCookieName(c.get("https")));
    const proceed = (identity: Identity | null) => {
      c.set("identity", identity);
      return next();
    };
    const identity = chooseIdentity({ header, cookie }, verify);
    return identity instanceof Promise ? identity.then(proceed) : proceed(identity);
  });
