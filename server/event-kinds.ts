import { chatKind, createMemberKind, type MemberKindDeps } from "./chats/chat-kinds.ts";
import type { EventKinds } from "./events/kinds.ts";
import { deleteKind, editKind, messageKind, reactionKind } from "./messages/message-kinds.ts";

/** Lists how the events of each kind are stored and shown. */
export function createEventKinds(deps: MemberKindDeps): EventKinds {
  return {
    message: messageKind,
    edit: editKind,
    delete: deleteKind,
    reaction: reactionKind,
    member: createMemberKind(deps),
    chat: chatKind,
  };
}
