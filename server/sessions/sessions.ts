import type { Database } from "@parley/db/open";
import type { Secrets } from "@parley/platform/http/token";
import type { Hub } from "../realtime/hub.ts";
import type { Users } from "../users/users.ts";
import { createBootstrapRoutes } from "./bootstrap-routes.ts";
import { createDeviceCookie } from "./device-cookie.ts";
import { createLoginCounts } from "./login-counts.ts";
import { createPasswordRoutes } from "./password-routes.ts";
import { createPasswords, type PasswordCost } from "./passwords.ts";
import { type BootstrapDeps, createReadBootstrap } from "./read-bootstrap.ts";
import { createSessionCookie } from "./session-cookie.ts";
import { createSessionRoutes } from "./session-routes.ts";
import { createSessionStore } from "./session-store.ts";
import { createSignInRoutes } from "./sign-in-routes.ts";

interface SessionsDeps {
  db: Database;
  reads: Database;
  users: Users;
  chats: BootstrapDeps["chats"];
  blocks: BootstrapDeps["blocks"];
  hub: Pick<Hub, "endSession">;
  secrets: Secrets;
  /** Default: the cost of production. */
  passwordCost: PasswordCost | undefined;
}

interface SessionsOptions {
  /** How long a session lives after it was started or renewed. */
  ttlMs: number;
  publicOrigin: string | undefined;
}

/** Composes sessions: registering, signing in, and what a signed-in user does with their sessions. */
export function createSessions(
  { db, reads, users, chats, blocks, hub, secrets, passwordCost }: SessionsDeps,
  { ttlMs, publicOrigin }: SessionsOptions,
) {
  const { accounts, show } = users;
  const sessions = createSessionStore({ db, reads, secrets }, { ttlMs });
  const cookie = createSessionCookie(publicOrigin);
  const device = createDeviceCookie(secrets, { publicOrigin });
  const passwords = createPasswords(passwordCost);
  const counts = createLoginCounts();
  return {
    store: sessions,
    cookie,
    routes: [
      createSignInRoutes({
        accounts,
        showUsers: show,
        passwords,
        sessions,
        counts,
        cookie,
        device,
        hub,
      }),
      createSessionRoutes({ sessions, cookie, device, hub }),
      createPasswordRoutes({ accounts, passwords, sessions, counts, device, hub }),
      createBootstrapRoutes(createReadBootstrap({ reads, showUsers: show, chats, blocks })),
    ],
  };
}
