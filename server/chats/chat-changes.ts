import type { ChatChange } from "@parley/contracts/chats";
import { Refusal, throwIfDenied } from "@parley/platform/http/problem";
import type { EventTransaction, EventWriter } from "../events/event-transaction.ts";
import { lockChat } from "../events/lock-chat.ts";
import type { MemberNotifier } from "./member-notifier.ts";
import { authorizeDeletion, authorizeEdit, type ChatPermissions } from "./rules.ts";
import { type ChatRow, findMember, membersByAge } from "./store.ts";

interface ChatChangesDeps {
  writer: EventWriter;
  memberNotifier: MemberNotifier;
}

/** Changes chats themselves. */
export function createChatChanges({ writer, memberNotifier }: ChatChangesDeps) {
  return {
    /** Changes name, topic or visibility; what stays the same makes no event. */
    edit(actor: string, id: string, change: ChatChange): Promise<void> {
      return writer.transact(async (scope) => {
        const { chat, permissions } = await lockWithPermissions(scope, id, actor);
        throwIfDenied(authorizeEdit(permissions, change));
        const { name = chat.name, topic = chat.topic, visibility = chat.visibility } = change;
        const fields = { name, topic, visibility };
        if (name === chat.name && topic === chat.topic && visibility === chat.visibility) return;
        await scope.tx.updateTable("chats").set(fields).where("id", "=", id).execute();
        await scope.append({ kind: "chat", chat: id, by: actor, ...fields });
        memberNotifier.chatChanged(scope, id);
      });
    },

    /** Removes a chat with all that is in it. */
    remove(actor: string, id: string): Promise<void> {
      return writer.transact(async (scope) => {
        const { permissions } = await lockWithPermissions(scope, id, actor);
        throwIfDenied(authorizeDeletion(permissions));
        const members = await membersByAge(scope.tx, id);
        // The chat is locked, so that no message comes after this; all else goes with the two.
        await scope.tx.deleteFrom("messages").where("chat_id", "=", id).execute();
        await scope.tx.deleteFrom("chats").where("id", "=", id).execute();
        for (const { user_id } of members) memberNotifier.memberRemoved(scope, user_id, id);
      });
    },
  };
}

/** Locks a chat and reads where someone stands to it. @throws Refusal `not_found` when there is none. */
export async function lockWithPermissions(
  { tx }: EventTransaction,
  id: string,
  user: string,
): Promise<{ chat: ChatRow; permissions: ChatPermissions }> {
  const chat = await lockChat(tx, id);
  if (!chat) throw new Refusal("not_found", "There is no such chat.");
  const member = await findMember(tx, id, user);
  const { kind, visibility } = chat;
  return { chat, permissions: { kind, visibility, role: member?.role ?? null } };
}
