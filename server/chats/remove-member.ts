import type { UserId } from "@parley/contracts/ids";
import type { EventTransaction } from "../events/event-transaction.ts";
import { memberChanged } from "./chat-kinds.ts";
import { deleteMember, type MemberRow } from "./chat-store.ts";
import type { MemberNotifier } from "./member-notifier.ts";
import { insertEndedRequest } from "./request-store.ts";

export type RemoveMember = ReturnType<typeof createRemoveMember>;

/** Creates the function that deletes a member of a chat, appends the event, and notifies the member. */
export function createRemoveMember(memberNotifier: MemberNotifier) {
  return async function removeMember(
    transaction: EventTransaction,
    by: UserId,
    action: "left" | "removed",
    member: MemberRow,
  ): Promise<void> {
    const { chat_id: chat, user_id: user, role, muted_until: mutedUntil, requested_by } = member;
    await deleteMember(transaction.tx, chat, user);
    if (requested_by !== null && action === "left")
      await insertEndedRequest(transaction.tx, requested_by, user, transaction.now);
    await transaction.append(memberChanged({ chat, by, user, action, role, mutedUntil }));
    memberNotifier.memberRemoved(transaction, user, chat);
  };
}
