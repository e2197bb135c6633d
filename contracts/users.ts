import * as v from "valibot";
import { LIMITS } from "./limits.ts";
import { Id, Instant, text, trimmed } from "./scalars.ts";

const UserRole = v.picklist(["admin", "member"]);

export const User = v.object({
  id: Id,
  username: v.string(),
  displayName: v.string(),
  bio: v.string(),
  role: UserRole,
  /** A Data URL of a small WebP. */
  avatar: v.nullable(v.string()),
  online: v.boolean(),
  lastSeenAt: v.nullable(Instant),
  createdAt: Instant,
});
export type User = v.InferOutput<typeof User>;

/** Lower-cased on its way in, so that a name is unique whatever its case. */
export const Username = v.pipe(
  v.string("is not a string"),
  v.trim(),
  v.toLowerCase(),
  v.minLength(LIMITS.username.min, `is shorter than ${LIMITS.username.min} characters`),
  v.maxLength(LIMITS.username.max, `is longer than ${LIMITS.username.max} characters`),
  v.regex(/^[a-z0-9_.-]+$/, "has characters other than a-z, 0-9, _, . and -"),
);

const Password = text(LIMITS.password.min, LIMITS.password.max);

const DisplayName = trimmed(LIMITS.displayName.min, LIMITS.displayName.max);

export const Registration = v.object({
  username: Username,
  password: Password,
  displayName: v.optional(DisplayName),
});
export type Registration = v.InferOutput<typeof Registration>;

/** A sign-in takes any strings: what no account could have is answered like a wrong password. */
export const Credentials = v.object({
  username: v.pipe(v.string("is not a string"), v.trim(), v.toLowerCase()),
  password: v.pipe(v.string("is not a string"), v.maxLength(1_024, "is too long")),
});

export const ProfileChange = v.object({
  displayName: v.optional(DisplayName),
  bio: v.optional(trimmed(0, LIMITS.bio.max)),
  locale: v.optional(v.picklist(["en", "ru"])),
});

export const PasswordChange = v.object({ current: v.string("is not a string"), next: Password });

export const UserList = v.object({ users: v.array(User) });
