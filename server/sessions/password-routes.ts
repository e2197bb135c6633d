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
  accounts: Pick<UserStore, "passwordHash" | "setPassword">;
  passwords: Passwords;
  sessions: Pick<SessionStore, "endOthers">;
  throttle: LoginThrottle;
  hub: Pick<Hub, "endSession">;
}

/** The route that changes a password and ends the user's other sessions. */
export function createPasswordRoutes(deps: PasswordRoutesDeps): Hono<AppEnv> {
  const { accounts, passwords, sessions, throttle, hub } = deps;

  /** @throws Refusal `wrong_password`, or `rate_limited` after too many wrong ones. */
  async function verifyCurrent(id: string, password: string): Promise<void> {
    const verify = async () => passwords.verify(password, await accounts.passwordHash(id));
    if (!(await throttle(id, async () => (await verify()) || null)))
      throw new Refusal("wrong_password");
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
      await verifyCurrent(id, current);
      await accounts.setPassword(id, await passwords.hash(next));
      for (const ended of await sessions.endOthers(id, sid)) hub.endSession(id, ended);
      return c.body(null, 204);
    },
  );
}
