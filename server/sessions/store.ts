import type { UserSession } from "@parley/contracts/sessions";
import type { User } from "@parley/contracts/users";
import type { Database } from "@parley/db/open";
import { type Secrets, signToken, verifyToken } from "@parley/platform/http/token";
import type { InferOutput } from "valibot";

/** How often a session's `lastSeenAt` is written at most, in milliseconds. */
const TOUCH_INTERVAL = 60_000;

export interface SignedInUser {
  /** The user's ID. */
  readonly user: string;
  readonly sid: string;
  readonly role: User["role"];
  /** When the token ends. */
  readonly expiresAt: Date;
}

/** A new token of a session, and when it ends. */
export interface IssuedToken {
  readonly sid: string;
  readonly token: string;
  readonly expiresAt: Date;
}

interface SessionDeps {
  db: Database;
  /** What tokens are signed with, the first, and verified with. */
  secrets: Secrets;
}

export type SessionStore = ReturnType<typeof createSessionStore>;

/**
 * Keeps where users are signed in: a token names a session, and is worth nothing once that is gone.
 * @param options.ttl how long a session lives without being renewed, in milliseconds.
 */
export function createSessionStore({ db, secrets }: SessionDeps, { ttl }: { ttl: number }) {
  async function grant(user: string, sid: string, { iat, exp }: Lifetime): Promise<IssuedToken> {
    const token = await signToken({ sub: user, sid, iat, exp }, secrets[0]);
    return { sid, token, expiresAt: new Date(exp * 1000) };
  }

  return {
    /** Signs a user in, and clears away what sessions of theirs are over. */
    async start(user: string, from: { userAgent: string; ip: string }) {
      const [sid, now] = [Bun.randomUUIDv7(), new Date()];
      const lifetime = lifetimeFrom(now, ttl);
      await db
        .deleteFrom("sessions")
        .where("user_id", "=", user)
        .where("expires_at", "<=", now)
        .execute();
      await db
        .insertInto("sessions")
        .values({
          id: sid,
          user_id: user,
          user_agent: from.userAgent,
          ip: from.ip,
          created_at: now,
          last_seen_at: now,
          expires_at: new Date(lifetime.exp * 1000),
        })
        .execute();
      return grant(user, sid, lifetime);
    },

    /** @returns who holds the token; null unless it is good, its session lives and its user is not suspended. */
    async check(token: string): Promise<SignedInUser | null> {
      const claims = await verifyToken(token, ...secrets);
      if (!claims) return null;
      const now = new Date();
      const session = await liveSession(db, claims.sid, claims.sub, now);
      if (!session) return null;
      if (now.getTime() - session.last_seen_at.getTime() >= TOUCH_INTERVAL)
        await touch(db, claims.sid, now);
      return {
        user: claims.sub,
        sid: claims.sid,
        role: session.role,
        expiresAt: new Date(claims.exp * 1000),
      };
    },

    /** @returns a token that lives on from now; null when the session is gone. */
    async renew(user: string, sid: string): Promise<IssuedToken | null> {
      const lifetime = lifetimeFrom(new Date(), ttl);
      const renewed = await db
        .updateTable("sessions")
        .set({ expires_at: new Date(lifetime.exp * 1000) })
        .where("id", "=", sid)
        .where("user_id", "=", user)
        .returning("id")
        .executeTakeFirst();
      return renewed ? grant(user, sid, lifetime) : null;
    },

    /** Where a user is signed in, the newest first. */
    async list(user: string, current: string): Promise<InferOutput<typeof UserSession>[]> {
      const rows = await db
        .selectFrom("sessions")
        .selectAll()
        .where("user_id", "=", user)
        .where("expires_at", ">", new Date())
        .orderBy("id", "desc")
        .execute();
      return rows.map((row) => ({
        id: row.id,
        current: row.id === current,
        userAgent: row.user_agent,
        ip: row.ip,
        createdAt: row.created_at.toISOString(),
        lastSeenAt: row.last_seen_at.toISOString(),
      }));
    },

    /** @returns whether the user had that session. */
    async end(user: string, sid: string): Promise<boolean> {
      const ended = await db
        .deleteFrom("sessions")
        .where("id", "=", sid)
        .where("user_id", "=", user)
        .returning("id")
        .executeTakeFirst();
      return ended !== undefined;
    },

    /** Ends every session of a user but one. @returns the IDs of those that ended. */
    async endOthers(user: string, kept: string): Promise<string[]> {
      const ended = await db
        .deleteFrom("sessions")
        .where("user_id", "=", user)
        .where("id", "<>", kept)
        .returning("id")
        .execute();
      return ended.map(({ id }) => id);
    },
  };
}

/** From when to when a token is good, in Unix seconds, as JWT counts. */
interface Lifetime {
  readonly iat: number;
  readonly exp: number;
}

function lifetimeFrom(now: Date, ttl: number): Lifetime {
  return {
    iat: Math.floor(now.getTime() / 1000),
    exp: Math.floor((now.getTime() + ttl) / 1000),
  };
}

function liveSession(db: Database, sid: string, user: string, now: Date) {
  return db
    .selectFrom("sessions")
    .innerJoin("users", "users.id", "sessions.user_id")
    .select(["users.role", "sessions.last_seen_at"])
    .where("sessions.id", "=", sid)
    .where("sessions.user_id", "=", user)
    .where("sessions.expires_at", ">", now)
    .where((eb) =>
      eb.or([eb("users.suspended_until", "is", null), eb("users.suspended_until", "<=", now)]),
    )
    .executeTakeFirst();
}

async function touch(db: Database, sid: string, now: Date): Promise<void> {
  await db
    .updateTable("sessions")
    .set({ last_seen_at: now })
    .where("id", "=", sid)
    .where("last_seen_at", "<=", new Date(now.getTime() - TOUCH_INTERVAL))
    .execute();
}
