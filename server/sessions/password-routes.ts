import type { UserId } from "@parley/contracts/ids";
import { PasswordChange } from "@parley/contracts/users";
import { Refusal } from "@parley/platform/http/problem";
import { Hono } from "hono";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { jsonBody } from "../http/request-validators.ts";
import type { Hub } from "../realtime/hub.ts";
import type { UserStore } from "../users/user-store.ts";
import type { LoginThrottle } from "./login-throttle.ts";
import { type Passwords, rejectCommonPassword } from "./passwords.ts";
import type { SessionStore } from "./session-store.ts";

interface PasswordRoutesDeps {
  accounts: Pick<UserStore, "passwordHash">;
  passwords: Passwords;
  sessions: Pick<SessionStore, "changePassword">;
  throttle: LoginThrottle;
  hub: Pick<Hub, "endSession">;
}

/** The route that changes a password and ends the user's other sessions. */
export function createPasswordRoutes(deps: PasswordRoutesDeps): Hono<AppEnv> {
  const { accounts, passwords, sessions, throttle, hub } = deps;

  /**
   * @returns the hash that the current password matches.
   * @throws Refusal `wrong_password`, or `rate_limited` after too many wrong ones.
   */
  async function verifyCurrent(id: UserId, password: string): Promise<string> {
    const verified = await throttle(id, async () => {
      const hash = await accounts.passwordHash(id);
      return (await passwords.verify(password, hash)) && hash !== undefined ? hash : null;
    });
    if (verified === null) throw new Refusal("wrong_password");
    return verified;
  }

  return new Hono<AppEnv>().post(
    "/profile/password",
    documented("POST /service/api/profile/password", {
      summary: "Changes the password, and ends the user’s other sessions",
      tag: "profile",
      answers: { 204: ["Changed"] },
      refusals: ["wrong_password", "invalid"],
    }),
    jsonBody(PasswordChange),
    async function changePassword(c) {
      const [{ id }, sid] = [c.get("user"), c.get("sid")];
      const { current, next } = c.req.valid("json");
      rejectCommonPassword(next, "next");
      const verifiedHash = await verifyCurrent(id, current);
      const nextHash = await passwords.hash(next);
      const ended = await sessions.changePassword({ user: id, kept: sid, verifiedHash, nextHash });
      if (!ended) throw new Refusal("wrong_password");
      for (const session of ended) hub.endSession(id, session);
      return c.body(null, 204);
    },
  );
}
