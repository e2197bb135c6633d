import { SignedIn } from "@parley/contracts/sessions";
import { Credentials, Registration, Username } from "@parley/contracts/users";
import { Refusal } from "@parley/platform/http/problem";
import { type Context, Hono } from "hono";
import { type InferOutput, is } from "valibot";
import { clientAddress } from "../http/client-address.ts";
import { documented, jsonBody } from "../http/documented.ts";
import type { AppEnv } from "../http/env.ts";
import { type Passwords, refuseCommon } from "../users/password.ts";
import type { UserStore } from "../users/store.ts";
import type { UserView } from "../users/user-view.ts";
import type { SessionCookie } from "./cookie.ts";
import type { LoginThrottle } from "./login-throttle.ts";
import type { SessionStore } from "./store.ts";

export interface SignInDeps {
  users: UserStore;
  directory: UserView;
  passwords: Passwords;
  sessions: SessionStore;
  throttle: LoginThrottle;
  cookie: SessionCookie;
}

/** The two routes that take no token: registering and signing in. */
export function createSignInRoutes(deps: SignInDeps): Hono<AppEnv> {
  const { users, directory, passwords, sessions, throttle, cookie } = deps;

  /** @throws Refusal `invalid_credentials`, for a name that no account could have like for a wrong password. */
  async function authenticated({ username, password }: InferOutput<typeof Credentials>) {
    const account = is(Username, username)
      ? await throttle(username, () => verified(password, username))
      : await verified(password);
    if (!account) throw new Refusal("invalid_credentials");
    return account;
  }

  async function verified(password: string, username?: string) {
    const account = username === undefined ? undefined : await users.findByName(username);
    const matches = await passwords.verify(password, account?.password_hash);
    return account && matches ? account : null;
  }

  async function signedIn(c: Context, user: string) {
    const grant = await sessions.start(user, {
      userAgent: (c.req.header("user-agent") ?? "").slice(0, 256),
      ip: clientAddress(c),
    });
    cookie.set(c, grant);
    const shown = await directory.show(user, [user]);
    return { user: shown.get(user), token: grant.token, expiresAt: grant.expiresAt.toISOString() };
  }

  return new Hono<AppEnv>()
    .post(
      "/register",
      documented({
        summary: "Makes a user and signs them in; the first user is an admin",
        tag: "sign-in",
        open: true,
        answers: { 201: ["The user and their session, also as a cookie", SignedIn] },
        refusals: ["username_taken", "invalid"],
      }),
      jsonBody(Registration),
      async function register(c) {
        const { username, password, displayName = username } = c.req.valid("json");
        refuseCommon(password, "password");
        if (await users.isTaken(username)) throw new Refusal("username_taken");
        const passwordHash = await passwords.hash(password);
        const id = await users.create({ username, displayName, passwordHash });
        if (id === null) throw new Refusal("username_taken");
        return c.json(await signedIn(c, id), 201);
      },
    )
    .post(
      "/login",
      documented({
        summary: "Signs a user in",
        tag: "sign-in",
        open: true,
        answers: { 200: ["The user and their session, also as a cookie", SignedIn] },
        refusals: ["invalid_credentials", "suspended", "invalid"],
      }),
      jsonBody(Credentials),
      async function login(c) {
        const account = await authenticated(c.req.valid("json"));
        if (account.suspended_until && account.suspended_until > new Date())
          throw new Refusal("suspended");
        return c.json(await signedIn(c, account.id));
      },
    );
}
