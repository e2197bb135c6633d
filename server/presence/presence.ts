import type { ChatId, UserId } from "@parley/contracts/ids";
import type { ServerConnection } from "../realtime/server-connection.ts";

/** Knows who is online, and tells those who may know: they share a chat with the user, and no block stands between them. */
export interface Presence extends AsyncDisposable {
  isOnline(user: UserId): boolean;

  /**
   * A connection was opened: its user is online.
   * @returns a promise that resolves when the connection was sent who else is online.
   */
  connected(connection: ServerConnection): Promise<void>;

  /** A connection is closed; called before the hub removes it. Users are offline some seconds after their last connection. */
  disconnected(connection: ServerConnection): void;

  /** A user became a member of a chat; called after the hub was told. */
  joined(user: UserId, chat: ChatId): void;

  /** A user's membership of a chat ended; called after the hub was told. Those who share no other chat take each other for offline. */
  left(user: UserId, chat: ChatId): void;

  /** A block between two users was made or has ended: each is sent what they may know of the other from then on. */
  blockChanged(one: UserId, other: UserId): void;
}
