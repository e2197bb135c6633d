import type { Visibility } from "@parley/contracts/chats";
import type { Denial } from "@parley/platform/http/problem";
import { type Permissions, writeDenial } from "./authorize-send.ts";

/** What decides whether a user may change a message. */
export interface Found {
  /** Undefined when there is no such user. */
  readonly permissions: Permissions | undefined;
  readonly visibility: Visibility;
  /** Null when the chat has no such message. */
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

/** Only the author may edit, and only while they may write in the chat. @returns null when they may. */
export function authorizeEdit(found: Found, body: string, now: Date): Denial | null {
  const message = visibleMessage(found);
  if (!message || message.deleted) return NOT_FOUND;
  if (!message.own) return { code: "forbidden", detail: "Only its author may edit a message." };
  if (!found.permissions?.role) return NOT_MEMBER;
  const muted = writeDenial(found.permissions, now);
  if (muted) return muted;
  return body.trim() === "" && !message.hasFiles
    ? { code: "invalid", detail: "A message needs words." }
    : null;
}

/**
 * The author may always delete, a chat's owner and admins may delete the messages of others.
 * @returns null when they may.
 */
export function authorizeDeletion(found: Found): Denial | null {
  const message = visibleMessage(found);
  if (!message) return NOT_FOUND;
  const role = found.permissions?.role;
  if (message.own || role === "owner" || role === "admin") return null;
  return {
    code: "forbidden",
    detail: "Only its author and the chat’s owner and admins may delete a message.",
  };
}

/** Members may react while they may write; a muted member may still remove a reaction. @returns null when they may. */
export function authorizeReaction(found: Found, act: ReactionAct, now: Date): Denial | null {
  if (found.permissions?.blocked) return writeDenial(found.permissions, now);
  const message = visibleMessage(found);
  if (!message || message.deleted) return NOT_FOUND;
  if (!found.permissions?.role) return NOT_MEMBER;
  const muted = writeDenial(found.permissions, now);
  return muted?.code === "muted" && act === "remove" ? null : muted;
}

/** A message of a chat that the user may not see counts as not found. */
function visibleMessage({ permissions, visibility, message }: Found): FoundMessage | null {
  return visibility === "public" || permissions?.role ? message : null;
}
