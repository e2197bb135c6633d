import { deliverWithBackpressure } from "../realtime/deliver-with-backpressure.ts";
import type { Session } from "../realtime/session.ts";
import { encodePresence, type OnlineUsers } from "./online-users.ts";
import { createFrameEncoders, type FrameEntry } from "./presence-frame.ts";
import type { PresenceStore } from "./presence-store.ts";

/** Lower than the version of every entry of a snapshot. */
const BEFORE_ALL = -1;

export interface SnapshotDeps extends Pick<PresenceStore, "blockedWith"> {
  online: OnlineUsers;
  chatsOf(session: Session): ReadonlySet<string>;
  /** Called in the turn of the event loop whose state the connection's snapshot shows. */
  beforeSend(session: Session): void;
}

/** Creates a function that sends connections their first presence frame, with everyone online whom they may see. */
export function createSnapshotSender(deps: SnapshotDeps) {
  const { online, chatsOf, blockedWith, beforeSend } = deps;

  /** The entries of everyone online in each chat of the connections. */
  function entriesByChat(sessions: readonly Session[]): Map<string, FrameEntry[]> {
    const entries = new Map<string, FrameEntry[]>();
    for (const session of sessions)
      for (const chat of chatsOf(session))
        if (!entries.has(chat)) entries.set(chat, [...online.onlineIn(chat)].map(entryOf));
    return entries;
  }

  function entryOf(user: string): FrameEntry {
    return { user, text: online.entry(user, null), version: 0 };
  }

  /** One statement reads the blocks of all connections. */
  return async function sendSnapshots(sessions: readonly Session[]): Promise<void> {
    const blocked = await blockedWith([...new Set(sessions.map(({ user }) => user))]);
    const open = sessions.filter(online.hasSession);
    const encoderOf = createFrameEncoders(entriesByChat(open));
    const encoders = open.map((session) => [session, encoderOf(chatsOf(session))] as const);
    for (const session of open) beforeSend(session);
    function* frames() {
      for (const [session, encoder] of encoders) {
        const hidden = new Set(blocked.get(session.user)).add(session.user);
        yield [session, encodePresence(encoder.entriesAfter(BEFORE_ALL, hidden))] as const;
      }
    }
    await deliverWithBackpressure(frames());
  };
}
