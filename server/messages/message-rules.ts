import type { Visibility } from "@parley/contracts/chats";
import type { Denial } from "@parley/platform/http/problem";
import { mutedReason, type Permissions } from "./can-send.ts";

/** What somebody who is about to change a message of a chat finds there. */
export interface Found {
  /** Undefined: nobody of that name. */
  readonly permissions: Permissions | undefined;
  readonly visibility: Visibility;
  /** Null: no such message in the chat. */
  readonly message: FoundMessage | null;
}

interface FoundMessage {
  readonly own: boolean;
  readonly deleted: boolean;
  readonly hasFiles: boolean;
}

export type ReactionAct = "add" | "remove";

const NOT_FOUND: Denial = { code: "not_found", detail: "There is no such message." };
const NOT_MEMBER: Denial = {
  code: "forbidden",
  detail: "You are not a member of this chat.",
};

/** Only the author edits, and only while they may write in the chat. */
export function denyEdit(found: Found, body: string, now: Date): Denial | null {
  const message = visibleMessage(found);
  if (!message || message.deleted) return NOT_FOUND;
  if (!message.own) return { code: "forbidden", detail: "Only its author may edit a message." };
  if (!found.permissions?.role) return NOT_MEMBER;
  const silence = mutedReason(found.permissions, now);
  if (silence) return silence;
  return body.trim() === "" && !message.hasFiles
    ? { code: "invalid", detail: "A message needs words." }
    : null;
}

/** One's own words can be taken back whatever happened since; others' by the chat's owner and admins. */
export function denyDeletion(found: Found): Denial | null {
  const message = visibleMessage(found);
  if (!message) return NOT_FOUND;
  const role = found.permissions?.role;
  if (message.own || role === "owner" || role === "admin") return null;
  return {
    code: "forbidden",
    detail: "Only its author and the chat’s owner and admins may delete a message.",
  };
}

/** Members react while they may write; who is muted may still take a reaction back. */
export function denyReaction(found: Found, act: ReactionAct, now: Date): Denial | null {
  const message = visibleMessage(found);
  if (!message || message.deleted) return NOT_FOUND;
  if (!found.permissions?.role) return NOT_MEMBER;
  const silence = mutedReason(found.permissions, now);
  return silence?.code === "muted" && act === "remove" ? null : silence;
}

/** A message of a chat that somebody may not see is not there for them. */
function visibleMessage({ permissions, visibility, message }: Found): FoundMessage | null {
  return visibility === "public" || permissions?.role ? message : null;
}
