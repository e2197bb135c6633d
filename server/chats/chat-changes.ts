import type { ChatChange } from "@parley/contracts/chats";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { WorkLoop } from "@parley/platform/async/work-loop";
import { Refusal, throwIfDenied } from "@parley/platform/http/problem";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { lockChat } from "../events/lock-chat.ts";
import { chatChanged } from "./chat-kinds.ts";
import { beginRemoval } from "./chat-removal.ts";
import { authorizeDeletion, authorizeEdit, type ChatPermissions } from "./chat-rules.ts";
import { type ChatRow, findMember, membersByAge } from "./chat-store.ts";
import type { MemberNotifier } from "./member-notifier.ts";

interface ChatChangesDeps {
  writer: EventWriter;
  memberNotifier: MemberNotifier;
  removal: Pick<WorkLoop, "wake">;
}

export type ChatChanges = ReturnType<typeof createChatChanges>;

/** Edits and removes chats. */
export function createChatChanges({ writer, memberNotifier, removal }: ChatChangesDeps) {
  return {
    /** Changes name, topic or visibility. Appends no event if nothing changes. */
    edit(actor: UserId, id: ChatId, change: ChatChange): Promise<void> {
      return writer.transact(async (transaction) => {
        const { chat, permissions } = await lockWithPermissions(transaction, id, actor);
        throwIfDenied(authorizeEdit(permissions, change));
        const { name = chat.name, topic = chat.topic, visibility = chat.visibility } = change;
        const fields = { name, topic, visibility };
        if (name === chat.name && topic === chat.topic && visibility === chat.visibility) return;
        await transaction.tx.updateTable("chats").set(fields).where("id", "=", id).execute();
        await transaction.append(chatChanged({ chat: id, by: actor, ...fields }));
        memberNotifier.chatChanged(transaction, id);
      });
    },

    /** Removes a chat: nobody sees it any more, and its rows are deleted in the background. */
    remove(actor: UserId, id: ChatId): Promise<void> {
      return writer.transact(async (transaction) => {
        const { permissions } = await lockWithPermissions(transaction, id, actor);
        throwIfDenied(authorizeDeletion(permissions));
        const members = await membersByAge(transaction.tx, id);
        // The chat is locked, and has no members after the commit, so that no message is added later.
        await beginRemoval(transaction.tx, id);
        for (const { user_id } of members) memberNotifier.memberRemoved(transaction, user_id, id);
        transaction.afterCommit(removal.wake);
      });
    },
  };
}

/** Locks a chat and reads the permissions of a user in it. @throws Refusal `not_found` when it does not exist. */
export async function lockWithPermissions(
  { tx }: EventTransaction,
  id: ChatId,
  user: UserId,
): Promise<{ chat: ChatRow; permissions: ChatPermissions }> {
  const chat = await lockChat(tx, id);
  if (!chat) throw new Refusal("not_found", "There is no such chat.");
  const member = await findMember(tx, id, user);
  const { kind, visibility } = chat;
  return { chat, permissions: { kind, visibility, role: member?.role ?? null } };
}
