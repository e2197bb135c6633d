import * as v from "valibot";
import { SessionId } from "./ids.ts";
import { Instant, stored } from "./scalars.ts";
import { User } from "./users.ts";

/** A JWT in the compact form, signed with HMAC-SHA-256 (RFC 7515, 7.1). */
const Token = v.pipe(
  v.string(),
  v.metadata({ pattern: "^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]{43}$" }),
);

/** The response to a sign-in: the user, a JWT for `Authorization: Bearer`, and its expiry. */
export const SignedIn = v.object({ user: User, token: Token, expiresAt: Instant });
export type SignedIn = v.InferOutput<typeof SignedIn>;

export const RenewedSession = v.object({ token: Token, expiresAt: Instant });

export const UserSession = v.pipe(
  v.object({
    id: SessionId,
    current: v.boolean(),
    userAgent: stored(256),
    ip: stored(45),
    createdAt: Instant,
    lastSeenAt: Instant,
  }),
  v.metadata({ title: "UserSession" }),
);

export const SessionList = v.object({ sessions: v.array(UserSession) });
