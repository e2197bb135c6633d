import type {
  ChatChange,
  ChatKind,
  MemberChange,
  MemberRole,
  Visibility,
} from "@parley/contracts/chats";
import type { Denial } from "@parley/platform/http/problem";

/** What a user's permissions in a chat depend on; `role` is null for a user who is not a member. */
export interface ChatPermissions {
  readonly kind: ChatKind;
  readonly visibility: Visibility;
  readonly role: MemberRole | null;
}

const RANK: Record<MemberRole, number> = { owner: 3, admin: 2, member: 1 };

const NOT_FOUND: Denial = { code: "not_found", detail: "There is no such chat." };
const DIRECT_CHAT: Denial = {
  code: "forbidden",
  detail: "A direct chat always has the same two members.",
};
const NOT_MANAGER: Denial = {
  code: "forbidden",
  detail: "Only the chat’s owner and admins may do this.",
};
const NOT_OWNER: Denial = { code: "forbidden", detail: "Only the chat’s owner may do this." };

/** Members may view their chats, and everyone may view public channels. */
export function authorizeView({ visibility, role }: ChatPermissions): Denial | null {
  return role !== null || visibility === "public" ? null : NOT_FOUND;
}

export function authorizeEdit(permissions: ChatPermissions, change: ChatChange): Denial | null {
  if (authorizeView(permissions)) return NOT_FOUND;
  if (permissions.kind === "direct")
    return { code: "forbidden", detail: "A direct chat has no name of its own." };
  if (!isManager(permissions.role)) return NOT_MANAGER;
  return authorizeVisibility(permissions, change.visibility);
}

/** Only the owner publishes a private channel, because its whole history becomes readable by everyone. */
function authorizeVisibility(
  { kind, visibility, role }: ChatPermissions,
  wanted: Visibility | undefined,
): Denial | null {
  if (wanted !== "public" || visibility === "public") return null;
  if (kind === "group") return { code: "invalid", detail: "A group is always private." };
  return role === "owner" ? null : NOT_OWNER;
}

export function authorizeDeletion(permissions: ChatPermissions): Denial | null {
  if (authorizeView(permissions)) return NOT_FOUND;
  return permissions.role === "owner" ? null : NOT_OWNER;
}

export function authorizeLeaving({ kind, role }: ChatPermissions): Denial | null {
  if (role === null) return NOT_FOUND;
  return kind === "direct" ? DIRECT_CHAT : null;
}

export function authorizeRemoval(
  permissions: ChatPermissions,
  target: MemberRole | null,
  self: boolean,
): Denial | null {
  if (authorizeView(permissions)) return NOT_FOUND;
  if (permissions.kind === "direct") return DIRECT_CHAT;
  if (!isManager(permissions.role)) return NOT_MANAGER;
  if (target === null) return { code: "not_found", detail: "The user is not a member." };
  if (self) return { code: "forbidden", detail: "Leave the chat instead." };
  return outranks(permissions.role, target) ? null : NOT_ABOVE;
}

const NOT_ABOVE: Denial = {
  code: "forbidden",
  detail: "The member has the same role as you, or a higher one.",
};

/** The outcome of a request to add or change a member. */
export type MemberDecision =
  | { kind: "denied"; denial: Denial }
  | { kind: "add"; role: MemberRole }
  /** `role` and `mute` are set when they change; with `succeeds` the former owner becomes an admin. */
  | { kind: "change"; role?: MemberRole; mute?: true; succeeds: boolean };

/**
 * Decides a request to add a member or to change a member's role or mute.
 * @param target the present role of the user; null when they are not a member.
 */
export function decideMember(
  permissions: ChatPermissions,
  target: MemberRole | null,
  self: boolean,
  change: MemberChange,
): MemberDecision {
  if (authorizeView(permissions)) return denied(NOT_FOUND);
  if (permissions.kind === "direct") return denied(DIRECT_CHAT);
  if (!isManager(permissions.role)) return denied(NOT_MANAGER);
  if (target === null) return decideAdding(permissions.role, change);
  return decideChange(permissions.role, target, self, change);
}

function decideAdding(
  actor: MemberRole,
  { role = "member", mutedUntil }: MemberChange,
): MemberDecision {
  if (mutedUntil != null) return denied({ code: "invalid", detail: "Only a member can be muted." });
  if (role === "owner")
    return denied({ code: "forbidden", detail: "A chat is handed over to a member." });
  if (role === "admin" && actor !== "owner") return denied(NOT_OWNER);
  return { kind: "add", role };
}

function decideChange(
  actor: MemberRole,
  target: MemberRole,
  self: boolean,
  { role = target, mutedUntil }: MemberChange,
): MemberDecision {
  if (role !== target && actor !== "owner") return denied(NOT_OWNER);
  if (role !== target && self)
    return denied({ code: "forbidden", detail: "Make someone else the owner instead." });
  if (mutedUntil !== undefined && !outranks(actor, target)) return denied(NOT_ABOVE);
  return {
    kind: "change",
    ...(role !== target && { role }),
    ...(mutedUntil !== undefined && { mute: true }),
    succeeds: role === "owner" && role !== target,
  };
}

/** The user who joins an empty channel becomes its owner, because it has none. */
export function roleOfJoiner(hasMembers: boolean): MemberRole {
  return hasMembers ? "member" : "owner";
}

interface Candidate {
  readonly role: MemberRole;
}

/**
 * Finds the new owner when the owner leaves: the oldest admin, else the oldest member.
 * @param others the other members, the oldest first.
 */
export function findSuccessor<C extends Candidate>(
  leaving: MemberRole,
  others: readonly C[],
): C | null {
  if (leaving !== "owner") return null;
  return others.find(({ role }) => role === "admin") ?? others[0] ?? null;
}

function isManager(role: MemberRole | null): role is "owner" | "admin" {
  return role === "owner" || role === "admin";
}

function outranks(actor: MemberRole, target: MemberRole): boolean {
  return RANK[actor] > RANK[target];
}

function denied(denial: Denial): MemberDecision {
  return { kind: "denied", denial };
}
