import type { SessionId, UserId } from "@parley/contracts/ids";
import { Refusal } from "@parley/platform/http/problem";
import { mayBeForged } from "@parley/platform/http/same-origin";
import { bearerToken } from "@parley/platform/http/token";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "./env.ts";
import { matchedRoute } from "./matched-route.ts";
import { pageOrigin } from "./page-origin.ts";

type Variables = AppEnv["Variables"];

/** The user of a token whose session is active. */
export interface SignedInUser {
  readonly user: UserId;
  readonly role: Variables["user"]["role"];
  readonly sid: SessionId;
}

/** The result of a check of a token, without a promise where none was needed; null when the token is worth nothing. */
export type SessionCheck = SignedInUser | null | Promise<SignedInUser | null>;

interface Authentication {
  sessions: {
    check(token: string): SessionCheck;
  };
  cookie: { read(c: Context): string | undefined };
  /** Origins, beside the server's own, whose pages may use the cookie. */
  origins: readonly string[];
}

/**
 * Refuses a request to a protected route without a live session; the bearer token names the session,
 * or else the cookie.
 * @throws Refusal `unauthenticated` or `cross_site`.
 */
export const authenticate = ({ sessions, cookie, origins }: Authentication) =>
  createMiddleware<AppEnv>(function authenticate(c, next) {
    if (matchedRoute(c)?.serverAccess === "public") return next();
    const bearer = bearerToken(c.req.header("authorization"));
    const inCookie = cookie.read(c);
    const isForged =
      inCookie !== undefined &&
      mayBeForged(c.req.method, () => pageOrigin(c.req.raw, origins), bearer === undefined);
    if (isForged) throw new Refusal("cross_site");
    const token = bearer ?? inCookie;
    const proceed = (signedIn: SignedInUser | null) => {
      if (!signedIn) throw new Refusal("unauthenticated");
      c.set("user", { id: signedIn.user, role: signedIn.role });
      c.set("sid", signedIn.sid);
      return next();
    };
    const checked = token === undefined ? null : sessions.check(token);
    return checked instanceof Promise ? checked.then(proceed) : proceed(checked);
  });
