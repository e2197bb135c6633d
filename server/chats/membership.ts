import type { MemberChange, MemberRole } from "@parley/contracts/chats";
import type { MemberAction } from "@parley/contracts/events";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { Refusal, throwIfDenied } from "@parley/platform/http/problem";
import { blockedUsers } from "../blocks/blocked-users.ts";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { acceptRequests } from "../messages/message-effects.ts";
import { createAddMembers } from "./add-members.ts";
import { admit, admitSelf } from "./admission.ts";
import { lockWithPermissions } from "./chat-changes.ts";
import { memberChanged } from "./chat-kinds.ts";
import {
  authorizeLeaving,
  authorizeRemoval,
  authorizeView,
  decideMember,
  findSuccessor,
  type MemberDecision,
  roleOfJoiner,
} from "./chat-rules.ts";
import {
  type ChatRow,
  displayNames,
  findMember,
  hasMembers,
  type MemberRow,
  membersByAge,
  updateMember,
} from "./chat-store.ts";
import type { MemberNotifier } from "./member-notifier.ts";
import type { RemoveMember } from "./remove-member.ts";
import { lockCounts } from "./request-store.ts";

interface MembershipDeps {
  writer: EventWriter;
  memberNotifier: MemberNotifier;
  removeMember: RemoveMember;
}

type RoleOrMuteChange = Extract<MemberDecision, { kind: "change" }>;

export type Membership = ReturnType<typeof createMembership>;

/** Adds and removes members, and changes their roles and mutes. */
export function createMembership({ writer, memberNotifier, removeMember }: MembershipDeps) {
  const addMembers = createAddMembers(memberNotifier);

  async function setRole(
    transaction: EventTransaction,
    by: UserId,
    member: MemberRow,
    role: MemberRole,
  ): Promise<MemberRow> {
    await updateMember(transaction.tx, member, { role });
    const changed = { ...member, role };
    await appendMemberEvent(transaction, by, "role", changed);
    memberNotifier.chatChanged(transaction, member.chat_id);
    return changed;
  }

  /** Only an owner needs the list of members, which may be long. */
  async function handOver(transaction: EventTransaction, owner: MemberRow): Promise<void> {
    const { chat_id, user_id: leaver } = owner;
    const members = await membersByAge(transaction.tx, chat_id);
    const others = members.filter(({ user_id }) => user_id !== leaver);
    const successor = findSuccessor(owner.role, acceptedFirst(others));
    if (successor) await setRole(transaction, leaver, successor, "owner");
  }

  async function changeMember(
    transaction: EventTransaction,
    by: UserId,
    member: MemberRow,
    { role, mute, succeeds }: RoleOrMuteChange,
    mutedUntil: Date | null,
  ): Promise<void> {
    const owner = succeeds && (await findMember(transaction.tx, member.chat_id, by));
    const current = role ? await setRole(transaction, by, member, role) : member;
    if (owner) await setRole(transaction, by, owner, "admin");
    if (!mute || current.muted_until?.getTime() === mutedUntil?.getTime()) return;
    await updateMember(transaction.tx, current, { muted_until: mutedUntil });
    await appendMemberEvent(transaction, by, "muted", { ...current, muted_until: mutedUntil });
    memberNotifier.chatChanged(transaction, current.chat_id);
  }

  return {
    /** Adds the user to a public channel, or accepts their request there. Does nothing if they are a member. */
    join(user: UserId, id: ChatId): Promise<void> {
      return writer.transact(async (transaction) => {
        const { tx } = transaction;
        const { chat, permissions } = await lockWithPermissions(transaction, id, user);
        throwIfDenied(authorizeView(permissions));
        if (await acceptRequests(tx, [{ chat: id, user }]))
          memberNotifier.requestAccepted(transaction, user, id);
        if (permissions.role !== null) return;
        await admitSelf(transaction, user);
        const role = roleOfJoiner(await hasMembers(tx, id));
        await addMembers(transaction, user, chat, [{ user, role, requestedBy: null }]);
      });
    },

    /**
     * Removes the user from a chat, or declines their request there. If they are its owner, another
     * member becomes the owner first.
     */
    leave(user: UserId, id: ChatId): Promise<void> {
      return writer.transact(async (transaction) => {
        const { permissions } = await lockWithPermissions(transaction, id, user);
        const leaving = await findMember(transaction.tx, id, user);
        if (!leaving?.requested_by) throwIfDenied(authorizeLeaving(permissions));
        if (!leaving) return;
        if (leaving.role === "owner") await handOver(transaction, leaving);
        await removeMember(transaction, user, "left", leaving);
      });
    },

    /** Adds a member, or changes a member's role or mute. */
    put(actor: UserId, id: ChatId, user: UserId, request: MemberChange): Promise<void> {
      return writer.transact(async (transaction) => {
        const { chat, permissions } = await lockWithPermissions(transaction, id, actor);
        const target = await findMember(transaction.tx, id, user);
        const decision = decideMember(permissions, target?.role ?? null, actor === user, request);
        if (decision.kind === "denied") return throwIfDenied(decision.denial);
        if (decision.kind === "add") {
          const requestedBy = await requireAddable(transaction, actor, chat, user);
          return addMembers(transaction, actor, chat, [{ user, role: decision.role, requestedBy }]);
        }
        const mutedUntil = request.mutedUntil == null ? null : new Date(request.mutedUntil);
        if (target) await changeMember(transaction, actor, target, decision, mutedUntil);
      });
    },

    /** Removes another member. */
    remove(actor: UserId, id: ChatId, user: UserId): Promise<void> {
      return writer.transact(async (transaction) => {
        const { permissions } = await lockWithPermissions(transaction, id, actor);
        const target = await findMember(transaction.tx, id, user);
        throwIfDenied(authorizeRemoval(permissions, target?.role ?? null, actor === user));
        if (target) await removeMember(transaction, actor, "removed", target);
      });
    },
  };
}

/** @returns the actor when the user gets a request, otherwise null. */
async function requireAddable(
  transaction: EventTransaction,
  actor: UserId,
  chat: ChatRow,
  user: UserId,
): Promise<UserId | null> {
  const { tx } = transaction;
  await lockCounts(tx, [actor, user]);
  if (!(await displayNames(tx, [user])).has(user))
    throw new Refusal("not_found", "There is no such user.");
  if ((await blockedUsers(tx, actor, [user], new Date())).size > 0)
    throw new Refusal("blocked", "You cannot add this user.");
  const requests = await admit(transaction, actor, chat.visibility, [user]);
  return requests.has(user) ? actor : null;
}

/** Members who did not accept own a chat only when nobody else is left. */
function acceptedFirst(members: readonly MemberRow[]): readonly MemberRow[] {
  const accepted = members.filter(({ requested_by }) => requested_by === null);
  return accepted.length > 0 ? accepted : members;
}

async function appendMemberEvent(
  transaction: EventTransaction,
  by: UserId,
  action: MemberAction,
  member: Pick<MemberRow, "chat_id" | "user_id" | "role" | "muted_until">,
): Promise<void> {
  const event = memberChanged({
    chat: member.chat_id,
    by,
    user: member.user_id,
    action,
    role: member.role,
    mutedUntil: member.muted_until,
  });
  await transaction.append(event);
}
