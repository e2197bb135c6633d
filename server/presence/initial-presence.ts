import { deliverPaced } from "../realtime/deliver-with-backpressure.ts";
import type { Session } from "../realtime/session.ts";
import { type Attendance, encodePresence } from "./online-users.ts";
import { createRosters, type Piece } from "./presence-frame.ts";
import type { PresenceStore } from "./presence-store.ts";

/** Before any news. */
const EVER = -1;

export interface IntroductionDeps extends Pick<PresenceStore, "blockedWith"> {
  attendance: Attendance;
  chatsOf(session: Session): ReadonlySet<string>;
  /** Called in the turn as of which a session is told who is online. */
  introduced(session: Session): void;
}

/** Names all who are online to sessions that have just come. */
export function createIntroduction(deps: IntroductionDeps) {
  const { attendance, chatsOf, blockedWith, introduced } = deps;

  /** What is told of each chat of the sessions. */
  function peopleIn(sessions: readonly Session[]): Map<string, Piece[]> {
    const people = new Map<string, Piece[]>();
    for (const session of sessions)
      for (const chat of chatsOf(session))
        if (!people.has(chat)) people.set(chat, [...attendance.onlineIn(chat)].map(pieceOf));
    return people;
  }

  function pieceOf(user: string): Piece {
    return { user, text: attendance.entry(user, null), at: 0 };
  }

  /** With one statement, however many they are. */
  return async function introduce(sessions: readonly Session[]): Promise<void> {
    const blocked = await blockedWith([...new Set(sessions.map(({ user }) => user))]);
    const here = sessions.filter(attendance.isHere);
    const rosterOf = createRosters(peopleIn(here));
    const rosters = here.map((session) => [session, rosterOf(chatsOf(session))] as const);
    for (const session of here) introduced(session);
    function* frames() {
      for (const [session, roster] of rosters) {
        const without = new Set(blocked.get(session.user)).add(session.user);
        yield [session, encodePresence(roster.cut(EVER, without))] as const;
      }
    }
    await deliverPaced(frames());
  };
}
