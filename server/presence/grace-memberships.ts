import type { ChatId, UserId } from "@parley/contracts/ids";

const NO_CHATS: ReadonlySet<string> = new Set();
const NO_USERS: ReadonlySet<string> = new Set();

/** The chats of users whose last connection closed, kept until their readers were told that they are offline. */
export function createGraceMemberships() {
  const chatsOf = new Map<string, Set<string>>();
  const usersIn = new Map<string, Set<string>>();

  function join(user: UserId, chat: ChatId): void {
    if (!chatsOf.get(user)?.add(chat)) return;
    usersIn.getOrInsertComputed(chat, () => new Set()).add(user);
  }

  function leave(user: UserId, chat: ChatId): void {
    if (!chatsOf.get(user)?.delete(chat)) return;
    const users = usersIn.get(chat);
    users?.delete(user);
    if (users?.size === 0) usersIn.delete(chat);
  }

  function forget(user: UserId): void {
    for (const chat of chatsOf.get(user) ?? NO_CHATS) leave(user, chat);
    chatsOf.delete(user);
  }

  return {
    keep(user: UserId, chats: ReadonlySet<ChatId>): void {
      forget(user);
      chatsOf.set(user, new Set());
      for (const chat of chats) join(user, chat);
    },
    /** Does nothing for users whose chats are not kept. */
    join,
    leave,
    forget,
    of: (user: UserId): ReadonlySet<string> => chatsOf.get(user) ?? NO_CHATS,
    usersIn: (chat: ChatId): ReadonlySet<string> => usersIn.get(chat) ?? NO_USERS,
  };
}
