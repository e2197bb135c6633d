import type { UserId } from "@parley/contracts/ids";
import { deliverWithBackpressure } from "../realtime/deliver-with-backpressure.ts";
import type { ServerConnection } from "../realtime/server-connection.ts";
import { encodePresence, type OnlineUsers } from "./online-users.ts";
import { createFrameEncoders, type FrameEntry } from "./presence-frame.ts";
import type { PresenceStore } from "./presence-store.ts";

/** Lower than the version of every entry of a snapshot. */
const BEFORE_ALL = -1;

export interface SnapshotDeps extends Pick<PresenceStore, "blockedWith"> {
  online: OnlineUsers;
  chatsOf(connection: ServerConnection): ReadonlySet<string>;
  /** Called in the turn of the event loop whose state the connection's snapshot shows. */
  beforeSend(connection: ServerConnection): void;
}

/** Creates a function that sends connections their first presence frame, with everyone online whom they may see. */
export function createSnapshotSender(deps: SnapshotDeps) {
  const { online, chatsOf, blockedWith, beforeSend } = deps;

  /** The entries of everyone online in each chat of the connections. */
  function entriesByChat(connections: readonly ServerConnection[]): Map<string, FrameEntry[]> {
    const entries = new Map<string, FrameEntry[]>();
    for (const connection of connections)
      for (const chat of chatsOf(connection))
        if (!entries.has(chat)) entries.set(chat, [...online.onlineIn(chat)].map(entryOf));
    return entries;
  }

  function entryOf(user: UserId): FrameEntry {
    return { user, text: online.entry(user, null), version: 0 };
  }

  /** One statement reads the blocks of all connections. */
  return async function sendSnapshots(connections: readonly ServerConnection[]): Promise<void> {
    const blocked = await blockedWith([...new Set(connections.map(({ user }) => user))]);
    const open = connections.filter(online.hasConnection);
    const encoderOf = createFrameEncoders(entriesByChat(open));
    const encoders = open.map(
      (connection) => [connection, encoderOf(chatsOf(connection))] as const,
    );
    for (const connection of open) beforeSend(connection);
    function* frames() {
      for (const [connection, encoder] of encoders) {
        const hidden = new Set(blocked.get(connection.user)).add(connection.user);
        yield [connection, encodePresence(encoder.entriesAfter(BEFORE_ALL, hidden))] as const;
      }
    }
    await deliverWithBackpressure(frames());
  };
}
