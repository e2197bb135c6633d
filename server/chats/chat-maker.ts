import type { ChatCreation, MemberRole } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { Refusal } from "@parley/platform/http/problem";
import { blockedUsers } from "../blocks/blocked-users.ts";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { memberChanged } from "./chat-kinds.ts";
import { displayNames, findDirect, insertChat, insertMembers } from "./chat-store.ts";
import type { MemberNotifier } from "./member-notifier.ts";
import { type CreationPlan, directKey, nameAfter, planCreation } from "./plan-creation.ts";

interface CreateChatDeps {
  writer: EventWriter;
  memberNotifier: MemberNotifier;
}

interface CreatedChat {
  readonly id: ChatId;
  /** False for a direct chat that existed before. */
  readonly isNew: boolean;
}

type Founder = { user: UserId; role: MemberRole };
type DirectPlan = Extract<CreationPlan, { kind: "direct" }>;
type SharedPlan = Exclude<CreationPlan, DirectPlan>;

export type ChatMaker = ReturnType<typeof createChatMaker>;

/** Creates channels, groups and direct chats with their first members. */
export function createChatMaker({ writer, memberNotifier }: CreateChatDeps) {
  async function createShared(
    transaction: EventTransaction,
    creator: UserId,
    plan: SharedPlan,
  ): Promise<CreatedChat> {
    const names = await requireInvitable(transaction, creator, plan.invited);
    const id = await insertChat(transaction.tx, {
      kind: plan.kind,
      visibility: plan.visibility,
      name: plan.name ?? nameAfter([...names.values()]),
      topic: plan.topic,
      direct_key: null,
      created_by: creator,
    });
    if (id === null) throw new Error("a chat without a direct key conflicted with another");
    await addFounders(transaction, creator, id, [
      { user: creator, role: "owner" },
      ...plan.invited.map((user): Founder => ({ user, role: "member" })),
    ]);
    return { id, isNew: true };
  }

  /** Both users of a direct chat have the role `member`, because neither may manage the other. */
  async function createDirect(
    transaction: EventTransaction,
    creator: UserId,
    { peer }: DirectPlan,
  ): Promise<CreatedChat> {
    const key = directKey(creator, peer);
    const existing = await findDirect(transaction.tx, key);
    if (existing !== null) return { id: existing, isNew: false };
    await requireInvitable(transaction, creator, [peer]);
    const id = await insertChat(transaction.tx, {
      kind: "direct",
      visibility: "private",
      name: "",
      topic: "",
      direct_key: key,
      created_by: creator,
    });
    if (id === null) return { id: (await findDirect(transaction.tx, key)) as string, isNew: false };
    await addFounders(transaction, creator, id, [
      { user: creator, role: "member" },
      { user: peer, role: "member" },
    ]);
    return { id, isNew: true };
  }

  async function addFounders(
    transaction: EventTransaction,
    creator: UserId,
    chat: ChatId,
    founders: readonly Founder[],
  ): Promise<void> {
    await insertMembers(transaction.tx, { id: chat, last_seq: 0 }, founders);
    for (const { user } of founders) memberNotifier.memberAdded(transaction, user, chat);
    await transaction.appendAll(
      founders.map(({ user, role }) =>
        memberChanged({ chat, by: creator, user, action: "joined", role, mutedUntil: null }),
      ),
    );
  }

  /** @throws Refusal `invalid` or `blocked`. */
  return async function createChat(creator: UserId, request: ChatCreation): Promise<CreatedChat> {
    const plan = planCreation(creator, request);
    if (plan.kind === "fault")
      throw new Refusal("invalid", `${plan.error.path} ${plan.error.message}.`, {
        errors: [plan.error],
      });
    return writer.transact((transaction) =>
      plan.kind === "direct"
        ? createDirect(transaction, creator, plan)
        : createShared(transaction, creator, plan),
    );
  };
}

/**
 * Checks that all invited users exist and that none has an active block with the creator.
 * @returns display names by user ID, the creator's first.
 * @throws Refusal `invalid` or `blocked`.
 */
async function requireInvitable(
  { tx }: EventTransaction,
  creator: UserId,
  invited: readonly string[],
): Promise<Map<string, string>> {
  const everyone = [creator, ...invited];
  const names = await displayNames(tx, everyone);
  const unknown = invited.filter((id) => !names.has(id));
  if (unknown.length > 0)
    throw new Refusal("invalid", "members names an unknown user.", {
      errors: unknown.map((id) => ({ path: "members", message: `${id} is not a user` })),
    });
  const blocked = await blockedUsers(tx, creator, invited, new Date());
  if (blocked.size > 0) throw new Refusal("blocked", "You cannot add one of these users.");
  return new Map(everyone.map((id) => [id, names.get(id) ?? ""]));
}
