import type { PresenceEntry } from "@parley/contracts/frames";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Hub } from "../realtime/hub.ts";
import type { ServerConnection } from "../realtime/server-connection.ts";
import { createGraceMemberships } from "./grace-memberships.ts";

const NO_CONNECTIONS: ReadonlySet<ServerConnection> = new Set();

export type OnlineUsers = ReturnType<typeof createOnlineUsers>;

/**
 * Who is online at this server, and in which chats.
 *
 * A user stays visible in their chats for the grace after their last connection, until their readers
 * were told that they are offline.
 */
export function createOnlineUsers(hub: Hub) {
  /** The users who are online, each with the encoded entry that says so. */
  const online = new Map<string, string>();
  const connections = new Map<string, Set<ServerConnection>>();
  const grace = createGraceMemberships();

  /** The chats of a user who is visible. */
  function chatsOf(user: UserId): ReadonlySet<string> {
    const [connection] = connections.get(user) ?? NO_CONNECTIONS;
    return connection ? hub.acceptedChatsOf(connection) : grace.of(user);
  }

  /** The users of a chat whom its readers may take for online. */
  function visibleIn(chat: ChatId): Set<string> {
    const users = new Set(grace.usersIn(chat));
    for (const { user } of hub.acceptedConnectionsIn(chat)) users.add(user);
    return users;
  }

  return {
    /** @returns whether the user was offline before. */
    addConnection(connection: ServerConnection): boolean {
      const { user } = connection;
      connections.getOrInsertComputed(user, () => new Set()).add(connection);
      grace.forget(user);
      if (online.has(user)) return false;
      online.set(user, encodeEntry(user, true, null));
      return true;
    },

    /** Called before the hub removes the connection. @returns whether it was the user's last. */
    removeConnection(connection: ServerConnection): boolean {
      const { user } = connection;
      const left = connections.get(user);
      if (!left?.delete(connection) || left.size > 0) return false;
      connections.delete(user);
      grace.keep(user, hub.acceptedChatsOf(connection));
      return true;
    },

    setOffline: (user: UserId) => void online.delete(user),

    /** Readers were told that a user is offline: the chats of the user are not needed any longer. */
    forget(user: UserId): void {
      if (!online.has(user)) grace.forget(user);
    },

    /** Keeps the chats of a user in the grace up to date, so that new readers are told when the user goes offline. */
    joinChat: grace.join,
    leaveChat: grace.leave,
    /** Whether readers may take a user for online. */
    isVisible: (user: UserId) => connections.has(user) || grace.of(user).size > 0,
    visibleIn,
    chatsOf,
    users: () => online.keys(),
    isOnline: (user: UserId) => online.has(user),
    hasConnection: (connection: ServerConnection) =>
      connections.get(connection.user)?.has(connection) === true,
    connectionsOf: (user: UserId): ReadonlySet<ServerConnection> =>
      connections.get(user) ?? NO_CONNECTIONS,

    /** The users of a chat who are online. */
    onlineIn: (chat: ChatId) =>
      new Set(
        visibleIn(chat)
          .values()
          .filter((user) => online.has(user)),
      ),

    /** The encoded entry of a user. @param lastSeen is used where the user is offline. */
    entry: (user: UserId, lastSeen: Date | null): string =>
      online.get(user) ?? encodeEntry(user, false, lastSeen),
  };
}

/** The entry of a user whom the reader may not see, because of a block or because they share no chat. */
export const encodeHiddenEntry = (user: UserId) => encodeEntry(user, false, null);

function encodeEntry(id: string, online: boolean, lastSeen: Date | null): string {
  const lastSeenAt = lastSeen?.toISOString() ?? null;
  return JSON.stringify({ id, online, lastSeenAt } satisfies PresenceEntry);
}

/** @param entries encoded, each followed by a comma. */
export function encodePresence(entries: string): string {
  return `{"type":"presence","users":[${entries.slice(0, -1)}]}`;
}
