import type { Visibility } from "@parley/contracts/chats";
import type { UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Denial } from "@parley/platform/http/problem";

/** How long a caller waits who has as many requests open as one may have: others must end first. */
const RETRY_AFTER_S = 60 * 60;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** What is known of a user who puts others into a chat. */
export interface Requester {
  /** Requests of the user that are open at others. */
  readonly openRequests: number;
}

/** What is known of a user whom another puts into a chat. */
export interface Invitee {
  readonly id: UserId;
  /** The chats that the user is in, requests included. */
  readonly chats: number;
  /** The requests that are open at the user. */
  readonly requests: number;
  /** Whether both users are in a chat that both accepted. */
  readonly isAcquainted: boolean;
  /** When a request of the other at this user last ended without being accepted. */
  readonly endedAt: Date | null;
}

/** The outcome of putting users into a chat: who of them gets a request. */
export type Admission =
  | { kind: "denied"; denial: Denial }
  | { kind: "admitted"; requests: ReadonlySet<UserId> };

/**
 * Decides whether users may be put into a chat by another user. In a public channel they are members
 * at once, because anybody can see and leave it; in other chats strangers get a request.
 */
export function decideAdmission(
  visibility: Visibility,
  requester: Requester,
  invited: readonly Invitee[],
  now: Date,
): Admission {
  if (invited.some(({ chats }) => chats >= LIMITS.chats.max))
    return denied({ code: "too_many_chats", detail: "One of these users is in too many chats." });
  const strangers =
    visibility === "public" ? [] : invited.filter(({ isAcquainted }) => !isAcquainted);
  const denial = denyRequests(requester, strangers, now);
  return denial
    ? denied(denial)
    : { kind: "admitted", requests: new Set(strangers.map(({ id }) => id)) };
}

function denyRequests(
  { openRequests }: Requester,
  strangers: readonly Invitee[],
  now: Date,
): Denial | null {
  const pause = Math.max(0, ...strangers.map(({ endedAt }) => pauseMs(endedAt, now)));
  if (pause > 0)
    return tooMany("One of these users did not accept a request of yours.", pause / 1_000);
  if (strangers.length > 0 && openRequests + strangers.length > LIMITS.requests.open)
    return tooMany(`You may have ${LIMITS.requests.open} requests open at others.`, RETRY_AFTER_S);
  if (strangers.some(({ requests }) => requests >= LIMITS.requests.received))
    return tooMany("One of these users has too many requests.", RETRY_AFTER_S);
  return null;
}

/** How long the same user may not put the other into a chat again, in milliseconds. */
function pauseMs(endedAt: Date | null, now: Date): number {
  return endedAt === null ? 0 : endedAt.getTime() + LIMITS.requests.pauseMs - now.getTime();
}

/** Decides whether a user may be in one more chat. @param chats those that the user is in. */
export function denyMembership(chats: number): Denial | null {
  return chats < LIMITS.chats.max
    ? null
    : { code: "too_many_chats", detail: `You are in ${chats} chats, as many as one may be in.` };
}

/** Decides whether a user may make a chat. @param made when the user made the chats of the last 24 hours, the oldest first. */
export function denyCreation(made: readonly Date[], now: Date): Denial | null {
  const [oldest] = made;
  if (oldest === undefined || made.length < LIMITS.chats.madePerDay) return null;
  const detail = `You may make ${LIMITS.chats.madePerDay} chats in 24 hours.`;
  return tooMany(detail, (oldest.getTime() + DAY_MS - now.getTime()) / 1_000);
}

/** The time after which a chat that was made counts for the limit. */
export function creationsSince(now: Date): Date {
  return new Date(now.getTime() - DAY_MS);
}

function tooMany(detail: string, retryAfter: number): Denial {
  return { code: "rate_limited", detail, retryAfter: Math.max(1, Math.ceil(retryAfter)) };
}

function denied(denial: Denial): Admission {
  return { kind: "denied", denial };
}
