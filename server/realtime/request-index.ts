import type { ChatId, UserId } from "@parley/contracts/ids";

const NO_CHATS: ReadonlySet<ChatId> = new Set();
const NO_USERS: ReadonlySet<UserId> = new Set();

/** The requests of the users who are connected to this server: chats that they follow and have not accepted. */
export class RequestIndex {
  readonly #chatsOf = new Map<UserId, Set<ChatId>>();
  readonly #usersIn = new Map<ChatId, Set<UserId>>();

  add(user: UserId, chat: ChatId): void {
    this.#chatsOf.getOrInsertComputed(user, () => new Set()).add(chat);
    this.#usersIn.getOrInsertComputed(chat, () => new Set()).add(user);
  }

  remove(user: UserId, chat: ChatId): void {
    removeFrom(this.#chatsOf, user, chat);
    removeFrom(this.#usersIn, chat, user);
  }

  forget(user: UserId): void {
    for (const chat of this.chatsOf(user)) this.remove(user, chat);
  }

  has = (user: UserId, chat: ChatId) => this.#chatsOf.get(user)?.has(chat) === true;
  chatsOf = (user: UserId): ReadonlySet<ChatId> => this.#chatsOf.get(user) ?? NO_CHATS;
  usersIn = (chat: ChatId): ReadonlySet<UserId> => this.#usersIn.get(chat) ?? NO_USERS;
}

function removeFrom<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const values = map.get(key);
  values?.delete(value);
  if (values?.size === 0) map.delete(key);
}
