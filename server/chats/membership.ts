import type { MemberChange, MemberRole } from "@parley/contracts/chats";
import type { MemberAction } from "@parley/contracts/events";
import { Refusal, throwIfDenied } from "@parley/platform/http/problem";
import { blockedUsers } from "../blocks/blocked-users.ts";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { lockWithPermissions } from "./chat-changes.ts";
import type { MemberNotifier } from "./member-notifier.ts";
import {
  authorizeLeaving,
  authorizeRemoval,
  authorizeView,
  decideMember,
  type MemberDecision,
  roleOfJoiner,
  successor,
} from "./rules.ts";
import {
  type ChatRow,
  countMembers,
  deleteMember,
  displayNames,
  findMember,
  insertMembers,
  type MemberRow,
  membersByAge,
  updateMember,
} from "./store.ts";

interface MembershipDeps {
  writer: EventWriter;
  memberNotifier: MemberNotifier;
}

type Change = Extract<MemberDecision, { kind: "change" }>;

export type Membership = ReturnType<typeof createMembership>;

/** Lets people come into chats and go, and changes what they may do there. */
export function createMembership({ writer, memberNotifier }: MembershipDeps) {
  async function add(
    scope: EventTransaction,
    by: string,
    chat: ChatRow,
    user: string,
    role: MemberRole,
  ): Promise<void> {
    await insertMembers(scope.tx, chat, [{ user, role }]);
    memberNotifier.memberAdded(scope, user, chat.id);
    const joined = { chat_id: chat.id, user_id: user, role, muted_until: null };
    await record(scope, by, "joined", joined);
  }

  async function remove(
    scope: EventTransaction,
    by: string,
    action: "left" | "removed",
    member: MemberRow,
  ): Promise<void> {
    await deleteMember(scope.tx, member.chat_id, member.user_id);
    await record(scope, by, action, member);
    memberNotifier.memberRemoved(scope, member.user_id, member.chat_id);
  }

  async function setRole(
    scope: EventTransaction,
    by: string,
    member: MemberRow,
    role: MemberRole,
  ): Promise<MemberRow> {
    await updateMember(scope.tx, member, { role });
    const changed = { ...member, role };
    await record(scope, by, "role", changed);
    memberNotifier.chatChanged(scope, member.chat_id);
    return changed;
  }

  async function change(
    scope: EventTransaction,
    by: string,
    member: MemberRow,
    { role, mute, succeeds }: Change,
    mutedUntil: Date | null,
  ): Promise<void> {
    const owner = succeeds && (await findMember(scope.tx, member.chat_id, by));
    const current = role ? await setRole(scope, by, member, role) : member;
    if (owner) await setRole(scope, by, owner, "admin");
    if (!mute || current.muted_until?.getTime() === mutedUntil?.getTime()) return;
    await updateMember(scope.tx, current, { muted_until: mutedUntil });
    await record(scope, by, "muted", { ...current, muted_until: mutedUntil });
    memberNotifier.chatChanged(scope, current.chat_id);
  }

  return {
    /** Lets someone into a public channel; who is in already stays. */
    join(user: string, id: string): Promise<void> {
      return writer.transact(async (scope) => {
        const { chat, permissions } = await lockWithPermissions(scope, id, user);
        throwIfDenied(authorizeView(permissions));
        if (permissions.role !== null) return;
        await add(scope, user, chat, user, roleOfJoiner(await countMembers(scope.tx, id)));
      });
    },

    /** Lets someone go; when the owner goes, another member becomes the owner first. */
    leave(user: string, id: string): Promise<void> {
      return writer.transact(async (scope) => {
        const { permissions } = await lockWithPermissions(scope, id, user);
        throwIfDenied(authorizeLeaving(permissions));
        const members = await membersByAge(scope.tx, id);
        const leaving = members.find(({ user_id }) => user_id === user) as MemberRow;
        const others = members.filter(({ user_id }) => user_id !== user);
        const next = successor(leaving.role, others);
        if (next) await setRole(scope, user, next, "owner");
        await remove(scope, user, "left", leaving);
      });
    },

    /** Adds someone, or changes their role or mute. */
    put(actor: string, id: string, user: string, wish: MemberChange): Promise<void> {
      return writer.transact(async (scope) => {
        const { chat, permissions } = await lockWithPermissions(scope, id, actor);
        const target = await findMember(scope.tx, id, user);
        const decision = decideMember(permissions, target?.role ?? null, actor === user, wish);
        if (decision.kind === "denied") return throwIfDenied(decision.denial);
        if (decision.kind === "add") {
          await requireAddable(scope, actor, user);
          return add(scope, actor, chat, user, decision.role);
        }
        const mutedUntil = wish.mutedUntil == null ? null : new Date(wish.mutedUntil);
        if (target) await change(scope, actor, target, decision, mutedUntil);
      });
    },

    /** Removes someone else. */
    remove(actor: string, id: string, user: string): Promise<void> {
      return writer.transact(async (scope) => {
        const { permissions } = await lockWithPermissions(scope, id, actor);
        const target = await findMember(scope.tx, id, user);
        throwIfDenied(authorizeRemoval(permissions, target?.role ?? null, actor === user));
        if (target) await remove(scope, actor, "removed", target);
      });
    },
  };
}

async function requireAddable(
  { tx }: EventTransaction,
  actor: string,
  user: string,
): Promise<void> {
  if (!(await displayNames(tx, [user])).has(user))
    throw new Refusal("not_found", "There is no such user.");
  if ((await blockedUsers(tx, actor, [user], new Date())).size > 0)
    throw new Refusal("blocked", "There is somebody whom you can’t add.");
}

async function record(
  scope: EventTransaction,
  by: string,
  action: MemberAction,
  member: Pick<MemberRow, "chat_id" | "user_id" | "role" | "muted_until">,
): Promise<void> {
  await scope.append({
    kind: "member",
    chat: member.chat_id,
    by,
    user: member.user_id,
    action,
    role: member.role,
    mutedUntil: member.muted_until,
  });
}
