import type { SessionId, UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { UserSession } from "@parley/contracts/sessions";
import type { Database } from "@parley/db/open";
import { type Secrets, signToken } from "@parley/platform/http/token";
import type { InferOutput } from "valibot";
import { changePassword, type PasswordChange } from "./change-password.ts";
import { insertSession } from "./insert-session.ts";
import { createSessionCheck } from "./session-check.ts";

/** A new token of a session. */
export interface IssuedToken {
  readonly sid: SessionId;
  readonly token: string;
  readonly expiresAt: Date;
}

/** A session that starts after a password was verified. */
export interface NewSession {
  readonly user: UserId;
  /** The hash that the password matched. */
  readonly verifiedHash: string;
  readonly userAgent: string;
  readonly ip: string;
}

export interface StartedSession {
  readonly issued: IssuedToken;
  /** The sessions that ended because the user had too many. */
  readonly ended: readonly SessionId[];
}

interface SessionDeps {
  db: Database;
  reads: Database;
  /** Tokens are signed with the first secret, and verified with any of them. */
  secrets: Secrets;
}

export type SessionStore = ReturnType<typeof createSessionStore>;

/**
 * The table of sessions. A token names a session, and is invalid once the session is deleted.
 * @param options.ttlMs how long a session lives after it was started or renewed.
 */
export function createSessionStore(
  { db, reads, secrets }: SessionDeps,
  { ttlMs }: { ttlMs: number },
) {
  const { check, checkNow, forget } = createSessionCheck({ db, secrets });

  async function issueToken(
    user: UserId,
    sid: SessionId,
    { iat, exp }: Lifetime,
  ): Promise<IssuedToken> {
    const token = await signToken({ sub: user, sid, iat, exp }, secrets[0]);
    return { sid, token, expiresAt: new Date(exp * 1000) };
  }

  return {
    /**
     * Starts a session, and ends the oldest where the user has too many.
     * @returns null when the password was changed after it was verified.
     */
    async start({ user, verifiedHash, ...from }: NewSession): Promise<StartedSession | null> {
      const [sid, now] = [Bun.randomUUIDv7(), new Date()];
      const lifetime = lifetimeFrom(now, ttlMs);
      const session = {
        id: sid,
        user_id: user,
        user_agent: from.userAgent,
        ip: from.ip,
        created_at: now,
        last_seen_at: now,
        expires_at: new Date(lifetime.exp * 1000),
      };
      const ended = await insertSession(db, session, verifiedHash);
      forget(ended ?? []);
      return ended && { issued: await issueToken(user, sid, lifetime), ended };
    },

    check,
    checkNow,

    /** @returns a token with a new lifetime, and the hash of the user's password; null when the session has ended. */
    async renew(user: UserId, sid: SessionId) {
      const lifetime = lifetimeFrom(new Date(), ttlMs);
      const renewed = await db
        .updateTable("sessions")
        .from("users")
        .set({ expires_at: new Date(lifetime.exp * 1000) })
        .where("sessions.id", "=", sid)
        .where("sessions.user_id", "=", user)
        .whereRef("users.id", "=", "sessions.user_id")
        .returning("users.password_hash")
        .executeTakeFirst();
      forget([sid]);
      if (!renewed) return null;
      return {
        issued: await issueToken(user, sid, lifetime),
        passwordHash: renewed.password_hash,
      };
    },

    /** The active sessions of a user, the newest first. */
    async list(user: UserId, current: string): Promise<InferOutput<typeof UserSession>[]> {
      const rows = await reads
        .selectFrom("sessions")
        .selectAll()
        .where("user_id", "=", user)
        .where("expires_at", ">", new Date())
        .orderBy("id", "desc")
        .limit(LIMITS.maxSessionsPerUser)
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

    /** @returns whether the user had the session. */
    async end(user: UserId, sid: SessionId): Promise<boolean> {
      const ended = await db
        .deleteFrom("sessions")
        .where("id", "=", sid)
        .where("user_id", "=", user)
        .returning("id")
        .executeTakeFirst();
      if (ended) forget([sid]);
      return ended !== undefined;
    },

    /** @returns the sessions that ended; null when the password was changed meanwhile. */
    async changePassword(change: PasswordChange): Promise<SessionId[] | null> {
      const ended = await changePassword(db, change);
      forget(ended ?? []);
      return ended;
    },
  };
}

/** The lifetime of a token in Unix seconds, as in the claims of a JWT (RFC 7519, 4.1). */
interface Lifetime {
  readonly iat: number;
  readonly exp: number;
}

function lifetimeFrom(now: Date, ttlMs: number): Lifetime {
  return {
    iat: Math.floor(now.getTime() / 1000),
    exp: Math.floor((now.getTime() + ttlMs) / 1000),
  };
}
