import type { ChatId, UserId } from "@parley/contracts/ids";
import { chatTopic, type ServerConnection } from "./server-connection.ts";

const NO_CHATS: ReadonlySet<ChatId> = new Set();
const NO_CONNECTIONS: ReadonlySet<ServerConnection> = new Set();

/** Is notified when a chat gets its first follower or loses its last, and a user the first or last connection. */
export interface ConnectionObserver {
  chatFollowed(chat: ChatId): void;
  chatUnfollowed(chat: ChatId): void;
  userConnected(user: UserId): void;
  userDisconnected(user: UserId): void;
}

/** The open connections of this server, by user and by chat that they follow, with their subscriptions. */
export class ConnectionIndex {
  readonly #byUser = new Map<UserId, Set<ServerConnection>>();
  readonly #byChat = new Map<ChatId, Set<ServerConnection>>();
  readonly #chats = new Map<ServerConnection, Set<ChatId>>();
  readonly #observer: ConnectionObserver;

  constructor(observer: ConnectionObserver) {
    this.#observer = observer;
  }

  add(connection: ServerConnection): void {
    this.#chats.set(connection, new Set());
    const connections = this.#byUser.get(connection.user);
    if (connections) connections.add(connection);
    else this.#byUser.set(connection.user, new Set([connection]));
    if (!connections) this.#observer.userConnected(connection.user);
  }

  remove(connection: ServerConnection): void {
    const chats = this.#chats.get(connection);
    if (!chats) return;
    this.#chats.delete(connection);
    for (const chat of chats) this.#removeFollower(connection, chat);
    connection.unsubscribe([...chats].map(chatTopic));
    this.#removeFromUser(connection);
  }

  /** Does nothing for a connection that was removed, or that follows the chat already. */
  follow(connection: ServerConnection, chat: ChatId): void {
    const chats = this.#chats.get(connection);
    if (!chats || chats.has(chat)) return;
    chats.add(chat);
    const followers = this.#byChat.get(chat);
    if (followers) followers.add(connection);
    else this.#byChat.set(chat, new Set([connection]));
    connection.subscribe([chatTopic(chat)]);
    if (!followers) this.#observer.chatFollowed(chat);
  }

  unfollow(connection: ServerConnection, chat: ChatId): void {
    if (!this.#chats.get(connection)?.delete(chat)) return;
    this.#removeFollower(connection, chat);
    connection.unsubscribe([chatTopic(chat)]);
  }

  has = (connection: ServerConnection) => this.#chats.has(connection);
  isFollowed = (chat: ChatId) => this.#byChat.has(chat);
  followedChats = () => [...this.#byChat.keys()];
  size = () => this.#chats.size;

  chatsOf = (connection: ServerConnection): ReadonlySet<ChatId> =>
    this.#chats.get(connection) ?? NO_CHATS;
  connectionsOf = (user: UserId): ReadonlySet<ServerConnection> =>
    this.#byUser.get(user) ?? NO_CONNECTIONS;
  connectionsIn = (chat: ChatId): ReadonlySet<ServerConnection> =>
    this.#byChat.get(chat) ?? NO_CONNECTIONS;

  #removeFollower(connection: ServerConnection, chat: ChatId): void {
    const followers = this.#byChat.get(chat);
    followers?.delete(connection);
    if (followers?.size !== 0) return;
    this.#byChat.delete(chat);
    this.#observer.chatUnfollowed(chat);
  }

  #removeFromUser(connection: ServerConnection): void {
    const connections = this.#byUser.get(connection.user);
    connections?.delete(connection);
    if (connections?.size !== 0) return;
    this.#byUser.delete(connection.user);
    this.#observer.userDisconnected(connection.user);
  }
}
