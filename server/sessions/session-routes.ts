import type { SessionId, UserId } from "@parley/contracts/ids";
import { RenewedSession, SessionList } from "@parley/contracts/sessions";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { idParams } from "../http/request-validators.ts";
import type { Hub } from "../realtime/hub.ts";
import type { DeviceCookie } from "./device-cookie.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { SessionStore } from "./session-store.ts";

interface SessionRoutesDeps {
  sessions: SessionStore;
  cookie: SessionCookie;
  device: Pick<DeviceCookie, "set">;
  hub: Pick<Hub, "endSession">;
}

/** The routes with which a signed-in user renews, lists and ends their sessions. */
export function createSessionRoutes({
  sessions,
  cookie,
  device,
  hub,
}: SessionRoutesDeps): Hono<AppEnv> {
  async function end(user: UserId, sid: SessionId): Promise<boolean> {
    const ended = await sessions.end(user, sid);
    if (ended) hub.endSession(user, sid);
    return ended;
  }

  return new Hono<AppEnv>()
    .post(
      "/logout",
      documented("POST /service/api/logout", {
        summary: "Ends the session, and closes its connections",
        tag: "sessions",
        answers: { 204: ["Signed out; the cookie is cleared"] },
      }),
      async function logout(c) {
        await end(c.get("user").id, c.get("sid"));
        cookie.clear(c);
        return c.body(null, 204);
      },
    )
    .post(
      "/session",
      documented("POST /service/api/session", {
        summary: "Renews the session’s token",
        tag: "sessions",
        answers: { 200: ["A token with a new lifetime, also as a cookie", RenewedSession] },
      }),
      async function renew(c) {
        const { id } = c.get("user");
        const renewed = await sessions.renew(id, c.get("sid"));
        if (!renewed) throw new Refusal("unauthenticated");
        const { issued, passwordHash } = renewed;
        cookie.set(c, issued);
        device.set(c, { id, password_hash: passwordHash }, issued.sid);
        return c.json({ token: issued.token, expiresAt: issued.expiresAt.toISOString() });
      },
    )
    .get(
      "/sessions",
      documented("GET /service/api/sessions", {
        summary: "Lists the user’s sessions",
        tag: "sessions",
        answers: { 200: ["The sessions, the newest first", SessionList] },
      }),
      async function listSessions(c) {
        return c.json({ sessions: await sessions.list(c.get("user").id, c.get("sid")) });
      },
    )
    .delete(
      "/sessions/:id",
      documented("DELETE /service/api/sessions/:id", {
        summary: "Ends one of the user’s sessions",
        tag: "sessions",
        answers: { 204: ["Ended"] },
        refusals: ["not_found"],
      }),
      idParams("id"),
      async function endSession(c) {
        const { id } = c.req.valid("param");
        if (!(await end(c.get("user").id, id))) throw new Refusal("not_found");
        if (id === c.get("sid")) cookie.clear(c);
        return c.body(null, 204);
      },
    );
}
