import type { UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import { createSerialQueue } from "@parley/platform/async/serial-queue";
import type { Hub } from "../realtime/hub.ts";
import type { ServerConnection } from "../realtime/server-connection.ts";
import { createSnapshotSender } from "./initial-presence.ts";
import { createOnlineUsers } from "./online-users.ts";
import type { Presence } from "./presence.ts";
import { createPresenceBroadcaster } from "./presence-broadcaster.ts";
import type { PresenceStore } from "./presence-store.ts";

export interface LocalPresenceDeps extends PresenceStore {
  hub: Hub;
  fail(error: unknown): void;
}

/**
 * Presence of the users who are connected to this server.
 *
 * Snapshots and changes are sent one after the other: the blocks that one of them read are applied
 * before the next reads them, so that the last entry that a reader gets of a user is the valid one.
 */
export function createLocalPresence(deps: LocalPresenceDeps): Presence {
  const { hub, blockedWith } = deps;
  const online = createOnlineUsers(hub);
  const runInOrder = createSerialQueue();
  /** The version of the newest change when a connection was sent its snapshot. */
  const snapshotVersions = new WeakMap<ServerConnection, number>();
  const broadcaster = createPresenceBroadcaster({
    ...deps,
    online,
    runInOrder,
    snapshotVersion: (connection) => snapshotVersions.get(connection),
  });
  const sendSnapshots = createSnapshotSender({
    online,
    chatsOf: hub.acceptedChatsOf,
    blockedWith,
    beforeSend: (connection) => snapshotVersions.set(connection, broadcaster.version()),
  });
  const graceTimers = new Map<string, Timer>();
  let next: { connections: ServerConnection[]; done: Promise<void> } | undefined;

  /** Connections that are opened while snapshots are sent get theirs together. */
  function sendSnapshot(connection: ServerConnection): Promise<void> {
    next ??= openRound();
    next.connections.push(connection);
    return next.done;
  }

  function openRound() {
    const connections: ServerConnection[] = [];
    const done = runInOrder(() => {
      next = undefined;
      return sendSnapshots(connections);
    });
    return { connections, done };
  }

  function setOffline(user: UserId): void {
    graceTimers.delete(user);
    online.setOffline(user);
    broadcaster.offline(user, new Date());
  }

  return {
    isOnline: online.isOnline,

    connected(connection) {
      clearTimeout(graceTimers.get(connection.user));
      graceTimers.delete(connection.user);
      if (online.addConnection(connection)) broadcaster.online(connection.user);
      return sendSnapshot(connection);
    },

    disconnected(connection) {
      const { user } = connection;
      if (online.removeConnection(connection))
        graceTimers.set(
          user,
          setTimeout(() => setOffline(user), LIMITS.offlineGraceMs),
        );
    },

    joined(user, chat) {
      online.joinChat(user, chat);
      if (online.isOnline(user)) broadcaster.joined(user, chat);
    },

    left(user, chat) {
      if (online.isVisible(user)) broadcaster.left(user, chat, online.visibleIn(chat));
      online.leaveChat(user, chat);
    },

    blockChanged: broadcaster.blockChanged,

    async [Symbol.asyncDispose]() {
      for (const timer of graceTimers.values()) clearTimeout(timer);
      await broadcaster.close(online.users());
    },
  };
}
