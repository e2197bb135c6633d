import type { Visibility } from "@parley/contracts/chats";
import type { UserId } from "@parley/contracts/ids";
import { refusalOf, throwIfDenied } from "@parley/platform/http/problem";
import type { EventTransaction } from "../events/event-transaction.ts";
import { type Admission, decideAdmission, denyCreation, denyMembership } from "./request-rules.ts";
import {
  countChats,
  insertCreation,
  lockCounts,
  readInvitation,
  recentCreations,
} from "./request-store.ts";

/** Decides whether users may be put into a chat by `by`. The counts of all of them must be locked. */
export async function readAdmission(
  { tx, now }: EventTransaction,
  by: UserId,
  visibility: Visibility,
  invited: readonly UserId[],
): Promise<Admission> {
  const facts = await readInvitation(tx, by, invited);
  return decideAdmission(visibility, facts.requester, facts.invited, now);
}

/**
 * Admits users whom `by` puts into a chat. The counts of all of them must be locked.
 * @returns those who get a request.
 * @throws Refusal `too_many_chats` or `rate_limited`.
 */
export async function admit(
  transaction: EventTransaction,
  by: UserId,
  visibility: Visibility,
  invited: readonly UserId[],
): Promise<ReadonlySet<UserId>> {
  if (invited.length === 0) return new Set();
  const admission = await readAdmission(transaction, by, visibility, invited);
  if (admission.kind === "denied") throw refusalOf(admission.denial);
  return admission.requests;
}

/**
 * Admits a user to one more chat of their own accord.
 * @throws Refusal `too_many_chats`.
 */
export async function admitSelf({ tx }: EventTransaction, user: UserId): Promise<void> {
  await lockCounts(tx, [user]);
  throwIfDenied(denyMembership(await countChats(tx, user)));
}

/**
 * Counts a new chat against what its creator may make and be in. The creator's counts must be locked.
 * @throws Refusal `too_many_chats` or `rate_limited`.
 */
export async function countCreation({ tx, now }: EventTransaction, user: UserId): Promise<void> {
  throwIfDenied(denyMembership(await countChats(tx, user)));
  throwIfDenied(denyCreation(await recentCreations(tx, user, now), now));
  await insertCreation(tx, user, now);
}
