import { deliverWithBackpressure } from "../realtime/deliver-with-backpressure.ts";
import type { Session } from "../realtime/session.ts";
import { encodePresence, type OnlineUsers } from "./online-users.ts";
import { createFrameEncoders, type FrameEntry } from "./presence-frame.ts";
import type { PresenceStore } from "./presence-store.ts";

/** Before any news. */
const EVER = -1;

export interface InitialPresenceDeps extends Pick<PresenceStore, "blockedWith"> {
  attendance: OnlineUsers;
  chatsOf(session: Session): ReadonlySet<string>;
  /** Called in the turn as of which a session is told who is online. */
  introduced(session: Session): void;
}

/** Names all who are online to sessions that have just come. */
export function createInitialPresence(deps: InitialPresenceDeps) {
  const { attendance, chatsOf, blockedWith, introduced } = deps;

  /** What is told of each chat of the sessions. */
  function peopleIn(sessions: readonly Session[]): Map<string, FrameEntry[]> {
    const people = new Map<string, FrameEntry[]>();
    for (const session of sessions)
      for (const chat of chatsOf(session))
        if (!people.has(chat)) people.set(chat, [...attendance.onlineIn(chat)].map(pieceOf));
    return people;
  }

  function pieceOf(user: string): FrameEntry {
    return { user, text: attendance.entry(user, null), at: 0 };
  }

  /** With one statement, however many they are. */
  return async function sendSnapshots(sessions: readonly Session[]): Promise<void> {
    const blocked = await blockedWith([...new Set(sessions.map(({ user }) => user))]);
    const here = sessions.filter(attendance.isHere);
    const rosterOf = createFrameEncoders(peopleIn(here));
    const rosters = here.map((session) => [session, rosterOf(chatsOf(session))] as const);
    for (const session of here) introduced(session);
    function* frames() {
      for (const [session, roster] of rosters) {
        const without = new Set(blocked.get(session.user)).add(session.user);
        yield [session, encodePresence(roster.cut(EVER, without))] as const;
      }
    }
    await deliverWithBackpressure(frames());
  };
}
