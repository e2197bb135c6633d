import { Refusal } from "@parley/platform/problem";
import { bearerToken } from "@parley/platform/token";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { SessionCookie } from "../sessions/cookie.ts";
import type { SessionStore } from "../sessions/store.ts";
import type { AppEnv } from "./env.ts";
import { isFromOurPage } from "./same-origin.ts";

interface Authentication {
  sessions: Pick<SessionStore, "check">;
  cookie: Pick<SessionCookie, "read">;
  /** Origins, beside the server's own, whose pages may use the cookie. */
  origins: readonly string[];
}

/** Lets nobody pass without a live session, named by a bearer token or else by the cookie. */
export const authenticate = ({ sessions, cookie, origins }: Authentication) =>
  createMiddleware<AppEnv>(async function authenticate(c, next) {
    const token =
      bearerToken(c.req.header("authorization")) ?? provenToken(c, cookie.read(c), origins);
    const signedIn = token === undefined ? null : await sessions.check(token);
    if (!signedIn) throw new Refusal("unauthenticated");
    c.set("user", { id: signedIn.user, role: signedIn.role });
    c.set("sid", signedIn.sid);
    await next();
  });

/** A browser sends the cookie along whoever asked for the request, so one that changes something must show who did. */
function provenToken(
  c: Context,
  token: string | undefined,
  origins: readonly string[],
): string | undefined {
  if (token === undefined || c.req.method === "GET" || c.req.method === "HEAD") return token;
  const provenance = {
    origin: c.req.header("origin"),
    fetchSite: c.req.header("sec-fetch-site"),
  };
  if (!isFromOurPage(provenance, [...origins, new URL(c.req.url).origin]))
    throw new Refusal("cross_site");
  return token;
}
