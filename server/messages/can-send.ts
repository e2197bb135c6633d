import type { ChatKind, MemberRole } from "@parley/contracts/chats";
import type { Draft } from "@parley/contracts/messages";
import type { Denial } from "@parley/platform/http/problem";

/** What the database knows, in the same transaction, about one sender in one chat. */
export interface Permissions {
  readonly kind: ChatKind;
  /** Null: not a member. */
  readonly role: MemberRole | null;
  readonly mutedUntil: Date | null;
  readonly suspendedUntil: Date | null;
  /** Whether a live block stands either way between the two of a direct chat. */
  readonly blocked: boolean;
}

const NOT_A_MEMBER: Denial = {
  code: "forbidden",
  detail: "You are not a member of this chat.",
};

/** What a draft names and the sender can't have meant: it is not there. */
export interface MissingParts {
  readonly chat: boolean;
  readonly replyTarget: boolean;
  /** At least one of them; somebody else's file counts as missing. */
  readonly files: boolean;
}

/**
 * Decides whether a draft may become a message.
 *
 * A chat that is not there and one that the sender is not in get the same answer, so that nobody
 * learns of a chat by writing to it.
 * @returns null when it may.
 */
export function denySend(
  draft: Draft,
  standing: Permissions | undefined,
  missing: MissingParts,
  now: Date,
): Denial | null {
  if (missing.chat || !standing?.role) return NOT_A_MEMBER;
  const silence = mutedReason(standing, now);
  if (silence) return silence;
  if (missing.files) return { code: "invalid", detail: "files names a file that is not there." };
  if (draft.body.trim() === "" && !draft.files?.length)
    return { code: "invalid", detail: "A message needs words or a file." };
  if (missing.replyTarget)
    return { code: "invalid", detail: "replyTo names no message of this chat." };
  return null;
}

/** Why a member may not be heard in a chat just now. @returns null when they may. */
export function mutedReason(standing: Permissions, now: Date): Denial | null {
  if (isAhead(standing.suspendedUntil, now))
    return { code: "suspended", detail: "Your account is suspended." };
  if (standing.blocked) return { code: "blocked", detail: "You can’t write to each other." };
  if (isAhead(standing.mutedUntil, now))
    return { code: "muted", detail: "You are muted in this chat." };
  return null;
}

function isAhead(time: Date | null, now: Date): boolean {
  return time !== null && time > now;
}
