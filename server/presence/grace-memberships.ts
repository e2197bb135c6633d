const NONE: ReadonlySet<string> = new Set();

/** The chats of those whose last session went, until their going is told. */
export function createGraceMemberships() {
  const chatsOf = new Map<string, Set<string>>();
  const usersIn = new Map<string, Set<string>>();

  function enter(user: string, chat: string): void {
    if (!chatsOf.get(user)?.add(chat)) return;
    usersIn.getOrInsertComputed(chat, () => new Set()).add(user);
  }

  function leave(user: string, chat: string): void {
    if (!chatsOf.get(user)?.delete(chat)) return;
    const users = usersIn.get(chat);
    users?.delete(user);
    if (users?.size === 0) usersIn.delete(chat);
  }

  function forget(user: string): void {
    for (const chat of chatsOf.get(user) ?? NONE) leave(user, chat);
    chatsOf.delete(user);
  }

  return {
    keep(user: string, chats: ReadonlySet<string>): void {
      forget(user);
      chatsOf.set(user, new Set());
      for (const chat of chats) enter(user, chat);
    },
    /** Does nothing for those whose chats are not kept. */
    enter,
    leave,
    forget,
    of: (user: string): ReadonlySet<string> => chatsOf.get(user) ?? NONE,
    usersIn: (chat: string): ReadonlySet<string> => usersIn.get(chat) ?? NONE,
  };
}
