import type { ChatId, UserId } from "@parley/contracts/ids";
import { Refusal } from "@parley/platform/http/problem";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { lockChat } from "../events/lock-chat.ts";
import { acceptRequests } from "../messages/message-effects.ts";
import { findMember } from "./chat-store.ts";
import type { MemberNotifier } from "./member-notifier.ts";
import type { RemoveMember } from "./remove-member.ts";
import { lockCounts, requestsBetween } from "./request-store.ts";

interface RequestsDeps {
  writer: EventWriter;
  memberNotifier: MemberNotifier;
  removeMember: RemoveMember;
}

export type Requests = ReturnType<typeof createRequests>;

/** Accepts and declines requests: memberships that a stranger made. */
export function createRequests({ writer, memberNotifier, removeMember }: RequestsDeps) {
  async function decline(
    transaction: EventTransaction,
    user: UserId,
    chat: ChatId,
    requester: UserId,
  ): Promise<void> {
    await lockChat(transaction.tx, chat);
    const member = await findMember(transaction.tx, chat, user);
    // The request may have been accepted, or ended, before the chat was locked.
    if (member?.requested_by !== requester) return;
    await removeMember(transaction, user, "left", member);
  }

  return {
    /**
     * Makes a request a full membership. Does nothing for a member without a request.
     * @throws Refusal `not_found` when the user is not a member.
     */
    accept(user: UserId, chat: ChatId): Promise<void> {
      return writer.transact(async (transaction) => {
        await lockChat(transaction.tx, chat);
        const member = await findMember(transaction.tx, chat, user);
        if (!member) throw new Refusal("not_found", "There is no such chat.");
        if (await acceptRequests(transaction.tx, [{ chat, user }]))
          memberNotifier.requestAccepted(transaction, user, chat);
      });
    },

    /** Declines all requests of one user that are open at another; there are at most 20. */
    declineAll(user: UserId, requester: UserId): Promise<void> {
      return writer.transact(async (transaction) => {
        // A request that is being made is stored before these are read, or is refused because of the block.
        await lockCounts(transaction.tx, [user]);
        for (const chat of await requestsBetween(transaction.tx, requester, user))
          await decline(transaction, user, chat, requester);
      });
    },
  };
}
