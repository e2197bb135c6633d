import type { ChatCreation, MemberRole } from "@parley/contracts/chats";
import { Refusal } from "@parley/platform/http/problem";
import { blockedUsers } from "../blocks/blocked-users.ts";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { type CreationPlan, directKey, nameAfter, planCreation } from "./creation.ts";
import type { MemberNotifier } from "./member-notifier.ts";
import { displayNames, findDirect, insertChat, insertMembers } from "./store.ts";

interface CreateChatDeps {
  writer: EventWriter;
  memberNotifier: MemberNotifier;
}

interface Made {
  readonly id: string;
  /** False for a direct chat that was there already. */
  readonly isNew: boolean;
}

type Founder = { user: string; role: MemberRole };
type DirectPlan = Extract<CreationPlan, { kind: "direct" }>;
type OpenPlan = Exclude<CreationPlan, DirectPlan>;

/** Makes chats. */
export function createChatMaker({ writer, memberNotifier }: CreateChatDeps) {
  async function makeOpen(scope: EventTransaction, creator: string, plan: OpenPlan): Promise<Made> {
    const names = await invitable(scope, creator, plan.invited);
    const id = await insertChat(scope.tx, {
      kind: plan.kind,
      visibility: plan.visibility,
      name: plan.name ?? nameAfter([...names.values()]),
      topic: plan.topic,
      direct_key: null,
      created_by: creator,
    });
    if (id === null) throw new Error("a chat without a direct key can’t be there already");
    await found(scope, creator, id, [
      { user: creator, role: "owner" },
      ...plan.invited.map((user): Founder => ({ user, role: "member" })),
    ]);
    return { id, isNew: true };
  }

  /** Neither of a pair is above the other: both are plain members. */
  async function makeDirect(
    scope: EventTransaction,
    creator: string,
    { peer }: DirectPlan,
  ): Promise<Made> {
    const key = directKey(creator, peer);
    const existing = await findDirect(scope.tx, key);
    if (existing !== null) return { id: existing, isNew: false };
    await invitable(scope, creator, [peer]);
    const id = await insertChat(scope.tx, {
      kind: "direct",
      visibility: "private",
      name: "",
      topic: "",
      direct_key: key,
      created_by: creator,
    });
    if (id === null) return { id: (await findDirect(scope.tx, key)) as string, isNew: false };
    await found(scope, creator, id, [
      { user: creator, role: "member" },
      { user: peer, role: "member" },
    ]);
    return { id, isNew: true };
  }

  async function found(
    scope: EventTransaction,
    creator: string,
    chat: string,
    founders: readonly Founder[],
  ): Promise<void> {
    await insertMembers(scope.tx, { id: chat, last_seq: 0 }, founders);
    for (const { user } of founders) memberNotifier.memberAdded(scope, user, chat);
    await scope.appendAll(
      founders.map(({ user, role }) => ({
        kind: "member",
        chat,
        by: creator,
        user,
        action: "joined",
        role,
        mutedUntil: null,
      })),
    );
  }

  /** @throws Refusal for a wish that can’t be granted: `invalid`, `blocked`. */
  return async function make(creator: string, wish: ChatCreation): Promise<Made> {
    const plan = planCreation(creator, wish);
    if (plan.kind === "fault")
      throw new Refusal("invalid", `${plan.error.path} ${plan.error.message}.`, {
        errors: [plan.error],
      });
    return writer.transact((scope) =>
      plan.kind === "direct" ? makeDirect(scope, creator, plan) : makeOpen(scope, creator, plan),
    );
  };
}

/**
 * Makes sure that all are there and that no block keeps one of them from being added.
 * @returns the display names of the creator and then the invited.
 */
async function invitable(
  { tx }: EventTransaction,
  creator: string,
  invited: readonly string[],
): Promise<Map<string, string>> {
  const everyone = [creator, ...invited];
  const names = await displayNames(tx, everyone);
  const unknown = invited.filter((id) => !names.has(id));
  if (unknown.length > 0)
    throw new Refusal("invalid", "members names somebody who is not here.", {
      errors: unknown.map((id) => ({ path: "members", message: `${id} is nobody here` })),
    });
  const blocked = await blockedUsers(tx, creator, invited, new Date());
  if (blocked.size > 0) throw new Refusal("blocked", "There is somebody whom you can’t add.");
  return new Map(everyone.map((id) => [id, names.get(id) ?? ""]));
}
