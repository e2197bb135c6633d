import type { UserId } from "@parley/contracts/ids";
import { PasswordChange } from "@parley/contracts/users";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { jsonBody } from "../http/request-validators.ts";
import type { Hub } from "../realtime/hub.ts";
import type { UserStore } from "../users/user-store.ts";
import type { DeviceCookie } from "./device-cookie.ts";
import type { LoginCounts } from "./login-counts.ts";
import { throttleAttempt } from "./login-throttle.ts";
import type { HashRequest, Passwords } from "./passwords.ts";
import { rejectWeakPassword } from "./reject-weak-password.ts";
import type { SessionStore } from "./session-store.ts";

interface PasswordRoutesDeps {
  accounts: Pick<UserStore, "findAccountById">;
  passwords: Passwords;
  sessions: Pick<SessionStore, "changePassword">;
  counts: Pick<LoginCounts, "ofUser">;
  device: Pick<DeviceCookie, "set">;
  hub: Pick<Hub, "endSession">;
}

/** The route that changes a password and ends the user's other sessions. */
export function createPasswordRoutes(deps: PasswordRoutesDeps): Hono<AppEnv> {
  const { accounts, passwords, sessions, counts, device, hub } = deps;

  /** @throws Refusal `wrong_password`, or `rate_limited` after too many wrong ones. */
  async function verifyCurrent(
    id: UserId,
    [password, hash]: [password: string, hash: string],
    request: HashRequest,
  ): Promise<void> {
    const isVerified = await throttleAttempt(
      counts.ofUser(id),
      async () => (await passwords.verify(password, hash, request)) || null,
    );
    if (!isVerified) throw new Refusal("wrong_password");
  }

  return new Hono<AppEnv>().post(
    "/profile/password",
    documented("POST /service/api/profile/password", {
      summary: "Changes the password, and ends the user’s other sessions",
      tag: "profile",
      answers: { 204: ["Changed; the cookie by which the browser is known is renewed"] },
      refusals: ["wrong_password", "invalid", "overloaded"],
    }),
    jsonBody(PasswordChange),
    async function changePassword(c) {
      const [{ id }, sid] = [c.get("user"), c.get("sid")];
      const { current, next } = c.req.valid("json");
      const account = await accounts.findAccountById(id);
      if (!account) throw new Refusal("unauthenticated");
      const { username, password_hash: verifiedHash } = account;
      rejectWeakPassword({ password: next, username, field: "next" });
      const request = { purpose: "password_change", signal: c.req.raw.signal } as const;
      await verifyCurrent(id, [current, verifiedHash], request);
      const nextHash = await passwords.hash(next, request);
      const ended = await sessions.changePassword({ user: id, kept: sid, verifiedHash, nextHash });
      if (!ended) throw new Refusal("wrong_password");
      for (const session of ended) hub.endSession(id, session);
      device.set(c, { id, password_hash: nextHash }, sid);
      return c.body(null, 204);
    },
  );
}
