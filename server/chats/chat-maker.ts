import type { ChatCreation } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import { Refusal } from "@parley/platform/http/problem";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { createAddMembers } from "./add-members.ts";
import { admit, countCreation } from "./admission.ts";
import { insertChat } from "./chat-store.ts";
import { createDirectChatMaker } from "./direct-chat-maker.ts";
import type { MemberNotifier } from "./member-notifier.ts";
import { type CreationPlan, nameAfter, planCreation } from "./plan-creation.ts";
import { lockCounts } from "./request-store.ts";
import { requireInvitable } from "./require-invitable.ts";

interface CreateChatDeps {
  writer: EventWriter;
  memberNotifier: MemberNotifier;
}

interface CreatedChat {
  readonly id: ChatId;
  /** False for a direct chat that existed before. */
  readonly isNew: boolean;
}

type SharedPlan = Exclude<CreationPlan, { kind: "direct" }>;

export type ChatMaker = ReturnType<typeof createChatMaker>;

/** Creates channels, groups and direct chats with their first members. */
export function createChatMaker({ writer, memberNotifier }: CreateChatDeps) {
  const addMembers = createAddMembers(memberNotifier);
  const openDirectChat = createDirectChatMaker(addMembers);

  async function createShared(
    transaction: EventTransaction,
    creator: UserId,
    plan: SharedPlan,
  ): Promise<CreatedChat> {
    await lockCounts(transaction.tx, [creator, ...plan.invited]);
    const names = await requireInvitable(transaction, creator, plan.invited);
    await countCreation(transaction, creator);
    const requests = await admit(transaction, creator, plan.visibility, plan.invited);
    const id = await insertChat(transaction.tx, {
      kind: plan.kind,
      visibility: plan.visibility,
      name: plan.name ?? nameAfter([...names.values()]),
      topic: plan.topic,
      direct_key: null,
      created_by: creator,
    });
    if (id === null) throw new Error("a chat without a direct key conflicted with another");
    await addMembers(transaction, creator, { id, last_seq: 0 }, [
      { user: creator, role: "owner", requestedBy: null },
      ...plan.invited.map((user) => ({
        user,
        role: "member" as const,
        requestedBy: requests.has(user) ? creator : null,
      })),
    ]);
    return { id, isNew: true };
  }

  /** @throws Refusal `invalid`, `blocked`, `too_many_chats` or `rate_limited`. */
  return async function createChat(creator: UserId, request: ChatCreation): Promise<CreatedChat> {
    const plan = planCreation(creator, request);
    if (plan.kind === "fault")
      throw new Refusal("invalid", `${plan.error.path} ${plan.error.message}.`, {
        errors: [plan.error],
      });
    return writer.transact((transaction) =>
      plan.kind === "direct"
        ? openDirectChat(transaction, creator, plan.peer)
        : createShared(transaction, creator, plan),
    );
  };
}
