import type { SessionId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { type Parameters, prepare, prepareLookUp } from "@parley/db/prepare";
import type { Claims, Secrets } from "@parley/platform/http/token";
import { createTokenVerifier } from "@parley/platform/http/token-verifier";
import { sql } from "kysely";
import type { SessionCheck } from "../http/authenticate.ts";
import { createSessionCache, type StoredSession } from "./session-cache.ts";

/** The shortest interval between two writes of a session's `lastSeenAt`. */
const TOUCH_INTERVAL_MS = 60_000;

interface SessionCheckDeps {
  db: Database;
  /** Each of them may have signed a token. */
  secrets: Secrets;
}

/** Creates the checks of tokens: whether one was signed, and names a session that is active. */
export function createSessionCheck({ db, secrets }: SessionCheckDeps) {
  const verify = createTokenVerifier(secrets);
  const cache = createSessionCache((sid) => readSession(db, sid));

  function admit({ sub, sid }: Claims, session: StoredSession | null): SessionCheck {
    if (session?.user !== sub) return null;
    const signedIn = { user: sub, sid, role: session.role };
    return touch(sid, session)?.then(() => signedIn) ?? signedIn;
  }

  /** Stores that a session is in use, if it is time to. */
  function touch(sid: SessionId, session: StoredSession): Promise<unknown> | undefined {
    const now = Date.now();
    if (now - session.lastSeenAt < TOUCH_INTERVAL_MS) return undefined;
    session.lastSeenAt = now;
    return touchSession.rows(db, {
      sid,
      now: new Date(now),
      before: new Date(now - TOUCH_INTERVAL_MS),
    });
  }

  function checkWith(
    find: (sid: SessionId) => StoredSession | Promise<StoredSession | null>,
    token: string,
  ): SessionCheck {
    return chain(verify(token), (claims) =>
      claims === null ? null : chain(find(claims.sid), (session) => admit(claims, session)),
    );
  }

  return {
    /** Checks a token by what the database had at most a second ago; what ended at this server is refused at once. */
    check: (token: string): SessionCheck => checkWith(cache.find, token),

    /** Checks a token by what the database has now, for what lasts longer than a request. */
    checkNow: async (token: string) => checkWith(cache.refresh, token),

    forget: cache.forget,
  };
}

/** Continues with a value; at once where there is no promise to wait for. */
function chain<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

async function readSession(db: Database, sid: SessionId): Promise<StoredSession | null> {
  const row = await findSession.first(db, { sid });
  if (!row) return null;
  // A time may be infinite, which is a number and no date.
  const { suspended_until, expires_at, last_seen_at } = row;
  return {
    user: row.id,
    role: row.role,
    suspendedUntil: suspended_until && Number(suspended_until),
    expiresAt: Number(expires_at),
    lastSeenAt: Number(last_seen_at),
  };
}

const findSession = prepareLookUp((db, { sid }: Parameters<{ sid: SessionId }>) =>
  db
    .selectFrom("sessions")
    .innerJoinLateral(
      ({ selectFrom }) =>
        selectFrom("users")
          .select(["users.id", "users.role", "users.suspended_until"])
          .whereRef("users.id", "=", "sessions.user_id")
          .limit(sql.lit(1))
          .as("users"),
      (join) => join.onTrue(),
    )
    .select(["users.id", "users.role", "users.suspended_until"])
    .select(["sessions.expires_at", "sessions.last_seen_at"])
    .where("sessions.id", "=", sid),
);

const touchSession = prepare(
  (db, { sid, now, before }: Parameters<{ sid: SessionId; now: Date; before: Date }>) =>
    db
      .updateTable("sessions")
      .set({ last_seen_at: now })
      .where("id", "=", sid)
      .where("last_seen_at", "<=", before),
);
