import { Refusal } from "@parley/platform/http/problem";
import { mayBeForged } from "@parley/platform/http/same-origin";
import { bearerToken } from "@parley/platform/http/token";
import { createMiddleware } from "hono/factory";
import type { SessionCookie } from "../sessions/cookie.ts";
import type { SessionStore } from "../sessions/store.ts";
import type { AppEnv } from "./env.ts";
import { shownPage } from "./page-origin.ts";

interface Authentication {
  sessions: Pick<SessionStore, "check">;
  cookie: Pick<SessionCookie, "read">;
  /** Origins, beside the server's own, whose pages may use the cookie. */
  origins: readonly string[];
}

/** Lets nobody pass without a live session, named by a bearer token or else by the cookie. */
export const authenticate = ({ sessions, cookie, origins }: Authentication) =>
  createMiddleware<AppEnv>(async function authenticate(c, next) {
    const bearer = bearerToken(c.req.header("authorization"));
    const inCookie = cookie.read(c);
    const isForged =
      inCookie !== undefined &&
      mayBeForged(c.req.method, () => shownPage(c.req.raw, origins), bearer === undefined);
    if (isForged) throw new Refusal("cross_site");
    const token = bearer ?? inCookie;
    const signedIn = token === undefined ? null : await sessions.check(token);
    if (!signedIn) throw new Refusal("unauthenticated");
    c.set("user", { id: signedIn.user, role: signedIn.role });
    c.set("sid", signedIn.sid);
    await next();
  });
