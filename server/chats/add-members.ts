import type { UserId } from "@parley/contracts/ids";
import type { EventTransaction } from "../events/event-transaction.ts";
import { memberChanged } from "./chat-kinds.ts";
import { type ChatRow, insertMembers, type NewMember } from "./chat-store.ts";
import type { MemberNotifier } from "./member-notifier.ts";

export type AddMembers = ReturnType<typeof createAddMembers>;

/** Creates the function that stores new members of a chat, appends their events, and notifies them. */
export function createAddMembers(memberNotifier: MemberNotifier) {
  return async function addMembers(
    transaction: EventTransaction,
    by: UserId,
    chat: Pick<ChatRow, "id" | "last_seq">,
    members: readonly NewMember[],
  ): Promise<void> {
    await insertMembers(transaction.tx, chat, members);
    for (const { user, requestedBy } of members)
      if (requestedBy === null) memberNotifier.memberAdded(transaction, user, chat.id);
      else memberNotifier.requestMade(transaction, user, chat.id);
    await transaction.appendAll(
      members.map(({ user, role }) =>
        memberChanged({ chat: chat.id, by, user, action: "joined", role, mutedUntil: null }),
      ),
    );
  };
}
