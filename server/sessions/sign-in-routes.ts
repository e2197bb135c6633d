import type { UserId } from "@parley/contracts/ids";
import { SignedIn } from "@parley/contracts/sessions";
import { Credentials, Registration } from "@parley/contracts/users";
import { Refusal } from "@parley/platform/http/problem";
import { type Context, Hono } from "hono";
import { clientAddress } from "../http/client-address.ts";
import { documented } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { jsonBody } from "../http/request-validators.ts";
import type { Hub } from "../realtime/hub.ts";
import type { UserStore } from "../users/user-store.ts";
import type { UserView } from "../users/user-view.ts";
import { createCredentialCheck } from "./check-credentials.ts";
import type { DeviceCookie } from "./device-cookie.ts";
import type { LoginCounts } from "./login-counts.ts";
import type { Passwords } from "./passwords.ts";
import { rejectWeakPassword } from "./reject-weak-password.ts";
import type { SessionCookie } from "./session-cookie.ts";
import type { SessionStore } from "./session-store.ts";

interface SignInDeps {
  accounts: Pick<UserStore, "isUsernameTaken" | "create" | "findAccount">;
  showUsers: UserView["show"];
  passwords: Passwords;
  sessions: Pick<SessionStore, "start">;
  counts: Pick<LoginCounts, "ofDevice" | "ofStranger">;
  cookie: SessionCookie;
  device: DeviceCookie;
  hub: Pick<Hub, "endSession">;
}

/** The routes that register a user and sign a user in; neither needs a token. */
export function createSignInRoutes(deps: SignInDeps): Hono<AppEnv> {
  const { accounts, showUsers, passwords, sessions, cookie, device, hub } = deps;
  const checkCredentials = createCredentialCheck(deps);

  /** @throws Refusal `invalid_credentials` when the password was changed after it was verified. */
  async function startSession(c: Context, account: { id: UserId; password_hash: string }) {
    const { id: user, password_hash: verifiedHash } = account;
    const started = await sessions.start({
      user,
      verifiedHash,
      userAgent: (c.req.header("user-agent") ?? "").slice(0, 256),
      ip: clientAddress(c),
    });
    if (!started) throw new Refusal("invalid_credentials");
    const { issued, ended } = started;
    for (const sid of ended) hub.endSession(user, sid);
    cookie.set(c, issued);
    device.set(c, account, issued.sid);
    const shown = await showUsers(user, [user]);
    return {
      user: shown.get(user),
      token: issued.token,
      expiresAt: issued.expiresAt.toISOString(),
    };
  }

  return new Hono<AppEnv>()
    .post(
      "/register",
      documented("POST /service/api/register", {
        summary: "Registers a user and signs them in; the first user is an admin",
        tag: "sign-in",
        answers: { 201: ["The user and their session, also as a cookie", SignedIn] },
        refusals: ["username_taken", "invalid", "overloaded"],
      }),
      jsonBody(Registration),
      async function register(c) {
        const { username, password, displayName = username } = c.req.valid("json");
        rejectWeakPassword({ password, username, field: "password" });
        if (await accounts.isUsernameTaken(username)) throw new Refusal("username_taken");
        const passwordHash = await passwords.hash(password, {
          purpose: "registration",
          signal: c.req.raw.signal,
        });
        const id = await accounts.create({ username, displayName, passwordHash });
        if (id === null) throw new Refusal("username_taken");
        return c.json(await startSession(c, { id, password_hash: passwordHash }), 201);
      },
    )
    .post(
      "/login",
      documented("POST /service/api/login", {
        summary: "Signs a user in",
        tag: "sign-in",
        answers: { 200: ["The user and their session, also as a cookie", SignedIn] },
        refusals: ["invalid_credentials", "suspended", "invalid", "overloaded"],
      }),
      jsonBody(Credentials),
      async function login(c) {
        const account = await checkCredentials(c, c.req.valid("json"));
        if (account.suspended_until && account.suspended_until > new Date())
          throw new Refusal("suspended");
        return c.json(await startSession(c, account));
      },
    );
}
