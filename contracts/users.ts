import * as v from "valibot";
import { UserId } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { Instant, listOf, stored, text, trimmed } from "./scalars.ts";

const UserRole = v.picklist(["admin", "member"]);

export const User = v.pipe(
  v.object({
    id: UserId,
    username: stored(LIMITS.username.max),
    displayName: stored(LIMITS.displayName.max),
    bio: stored(LIMITS.bio.max),
    role: UserRole,
    /** A small WebP as a Data URL. */
    avatar: v.nullable(v.pipe(v.string(), v.metadata({ pattern: "^data:image/webp;base64," }))),
    online: v.boolean(),
    lastSeenAt: v.nullable(Instant),
    createdAt: Instant,
  }),
  v.metadata({ title: "User" }),
);
export type User = v.InferOutput<typeof User>;

/** Converted to lower case, so that a username is unique whatever its case. */
export const Username = v.pipe(
  v.string("is not a string"),
  v.trim(),
  v.toLowerCase(),
  v.minLength(LIMITS.username.min, `is shorter than ${LIMITS.username.min} characters`),
  v.maxLength(LIMITS.username.max, `is longer than ${LIMITS.username.max} characters`),
  v.regex(/^[a-z0-9_.-]+$/, "has characters other than a-z, 0-9, _, . and -"),
  v.metadata({ pattern: "^[A-Za-z0-9_.-]+$" }),
);

const Password = text(LIMITS.password.min, LIMITS.password.max);

const DisplayName = trimmed(LIMITS.displayName.min, LIMITS.displayName.max);

export const Registration = v.object({
  username: Username,
  password: Password,
  displayName: v.optional(DisplayName),
});
export type Registration = v.InferOutput<typeof Registration>;

/** A sign-in accepts any strings: a username that no account can have is refused like a wrong password. */
export const Credentials = v.object({
  username: v.pipe(v.string("is not a string"), v.trim(), v.toLowerCase()),
  password: v.pipe(v.string("is not a string"), v.maxLength(1_024, "is too long")),
});

export const ProfileChange = v.object({
  displayName: v.optional(DisplayName),
  bio: v.optional(trimmed(0, LIMITS.bio.max)),
  locale: v.optional(v.picklist(["en", "ru"])),
});

export type ProfileChange = v.InferOutput<typeof ProfileChange>;

export const PasswordChange = v.object({ current: v.string("is not a string"), next: Password });

export const UserList = v.object({ users: listOf(User, LIMITS.page.max) });
