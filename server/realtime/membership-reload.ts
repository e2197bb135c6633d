import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Hub } from "./hub.ts";
import type { ReadUserChats } from "./user-chats.ts";

export interface MembershipReloadDeps {
  hub: Pick<Hub, "connectionsOf" | "chatsOf" | "isRequest">;
  /** The reader that connections which are initialising use too: its answers come in the order of the questions. */
  readChats: ReadUserChats;
  members: {
    memberAdded(user: UserId, chat: ChatId): void;
    requestMade(user: UserId, chat: ChatId): void;
    requestAccepted(user: UserId, chat: ChatId): void;
    memberRemoved(user: UserId, chat: ChatId): void;
  };
}

/** Brings a user's connections in line with the memberships in the database, after another server changed these. */
export function createMembershipReload({ hub, readChats, members }: MembershipReloadDeps) {
  return async function reload(user: UserId): Promise<void> {
    if (hub.connectionsOf(user).size === 0) return;
    const current = new Map((await readChats(user)).map((chat) => [chat.id, chat]));
    const followed = new Set<string>();
    for (const connection of hub.connectionsOf(user))
      for (const chat of hub.chatsOf(connection)) followed.add(chat);
    for (const [chat, { is_request }] of current) {
      if (!followed.has(chat) && is_request) members.requestMade(user, chat);
      else if (!followed.has(chat)) members.memberAdded(user, chat);
      else if (!is_request && hub.isRequest(user, chat)) members.requestAccepted(user, chat);
    }
    for (const chat of followed) if (!current.has(chat)) members.memberRemoved(user, chat);
  };
}
