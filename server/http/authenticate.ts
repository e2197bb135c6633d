import { Refusal } from "@parley/platform/problem";
import { bearerToken } from "@parley/platform/token";
import type { Context } from "hono";
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
    if (inCookie !== undefined) refuseForeign(c, bearer === undefined, origins);
    const token = bearer ?? inCookie;
    const signedIn = token === undefined ? null : await sessions.check(token);
    if (!signedIn) throw new Refusal("unauthenticated");
    c.set("user", { id: signedIn.user, role: signedIn.role });
    c.set("sid", signedIn.sid);
    await next();
  });

/**
 * A browser sends the cookie along whoever asked for the request, so one that changes something must
 * show who did; beside a bearer token, which no page sends unseen, it may also show nothing.
 */
function refuseForeign(c: Context, mustShow: boolean, origins: readonly string[]): void {
  if (c.req.method === "GET" || c.req.method === "HEAD") return;
  const shown = shownPage(c.req.raw, origins);
  if (shown === "foreign" || (mustShow && shown === "nothing")) throw new Refusal("cross_site");
}
