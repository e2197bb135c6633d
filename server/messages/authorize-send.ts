import type { ChatKind, MemberRole } from "@parley/contracts/chats";
import type { Draft } from "@parley/contracts/messages";
import type { Denial } from "@parley/platform/http/problem";

/** The facts that decide what a user may do with a chat's messages; one transaction reads all of them. */
export interface Permissions {
  readonly kind: ChatKind;
  /** Null: not a member. */
  readonly role: MemberRole | null;
  readonly mutedUntil: Date | null;
  readonly suspendedUntil: Date | null;
  /** Whether one user of a direct chat blocks the other, and the block has not expired; also where one declined the chat. */
  readonly blocked: boolean;
  /** Whether the user was put into the chat and has not accepted. */
  readonly isRequest: boolean;
}

/** The parts of a draft that do not exist. */
export interface MissingParts {
  readonly chat: boolean;
  readonly replyTarget: boolean;
  /** At least one file; a file of another user counts as missing. */
  readonly files: boolean;
}

export const NOT_A_MEMBER: Denial = {
  code: "forbidden",
  detail: "You are not a member of this chat.",
};

/**
 * Decides whether a draft may become a message.
 *
 * A chat that does not exist and a chat that the sender is not in get the same denial, so that
 * nobody learns of a chat by sending to it.
 * @returns null when the draft may be sent.
 */
export function authorizeSend(
  draft: Draft,
  permissions: Permissions | undefined,
  missing: MissingParts,
  now: Date,
): Denial | null {
  if (missing.chat || !permissions) return NOT_A_MEMBER;
  if (!permissions.role && !permissions.blocked) return NOT_A_MEMBER;
  const muted = writeDenial(permissions, now);
  if (muted) return muted;
  if (missing.files) return { code: "invalid", detail: "files names a file that is not there." };
  if (draft.body.trim() === "" && !draft.files?.length)
    return { code: "invalid", detail: "A message needs words or a file." };
  if (missing.replyTarget)
    return { code: "invalid", detail: "replyTo names no message of this chat." };
  return null;
}

/** Decides whether a member may write in a chat now. @returns the denial (suspended, blocked or muted), or null. */
export function writeDenial(permissions: Permissions, now: Date): Denial | null {
  if (isFuture(permissions.suspendedUntil, now))
    return { code: "suspended", detail: "Your account is suspended." };
  if (permissions.blocked) return { code: "blocked", detail: "You can’t write to each other." };
  if (isFuture(permissions.mutedUntil, now))
    return { code: "muted", detail: "You are muted in this chat." };
  return null;
}

function isFuture(time: Date | null, now: Date): boolean {
  return time !== null && time > now;
}
