import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";
import type { Database } from "@parley/db/open";
import { type Connection, connect } from "./connection.ts";
import { createFrameHandler, type FrameHandlerDeps } from "./frame-handler.ts";
import type { Hub } from "./hub.ts";
import type { Presence } from "./presence.ts";
import type { Session } from "./session.ts";

export interface RealtimeDeps extends FrameHandlerDeps {
  db: Database;
  hub: Hub;
  presence: Presence;
}

/** Milliseconds; a sign-in that another server ended is noticed by then, too. */
const LONGEST_WATCH = 5 * 60_000;
const WATCH_AGAIN = 1_000;

/** What happens to a session from its opening to its end, whichever way it came. */
export function createRealtime(deps: RealtimeDeps) {
  const { db, hub, presence, fail } = deps;
  const handle = createFrameHandler(deps);
  const watches = new Map<Session, Timer>();
  const beat = setInterval(() => {
    hub.beat();
  }, LIMITS.heartbeat);

  async function open(session: Session, greet: () => void): Promise<void> {
    await hub.add(session, () => chatsOf(db, session.user), greet);
    await watchSignIn(session);
  }

  /** Closes a session when its sign-in ends; one that was renewed meanwhile is watched on. */
  async function watchSignIn(session: Session): Promise<void> {
    const end = await signInEnd(db, session.sid);
    if (!hub.has(session)) return;
    const left = end ? end.getTime() - Date.now() : 0;
    if (left <= 0) session.close(CLOSES.signedOut);
    else watch(session, Math.min(left + 1, LONGEST_WATCH));
  }

  function watch(session: Session, left: number): void {
    clearTimeout(watches.get(session));
    watches.set(
      session,
      setTimeout(() => {
        watchSignIn(session).catch((error: unknown) => {
          fail(error);
          watch(session, WATCH_AGAIN);
        });
      }, left),
    );
  }

  function closed(session: Session): void {
    clearTimeout(watches.get(session));
    watches.delete(session);
    presence.left(session);
    hub.remove(session);
  }

  return {
    connect: (session: Session): Connection =>
      connect({ open, greeted: presence.arrived, handle, closed, fail }, session),
    [Symbol.dispose]: () => clearInterval(beat),
  };
}

/** The chats of a user, each with its newest `seq`. */
function chatsOf(db: Database, user: string): Promise<{ id: string; last_seq: number }[]> {
  return db
    .selectFrom("members")
    .innerJoin("chats", "chats.id", "members.chat_id")
    .select(["chats.id", "chats.last_seq"])
    .where("members.user_id", "=", user)
    .execute();
}

/** When a sign-in ends unless it is renewed; undefined when it has ended. */
async function signInEnd(db: Database, sid: string): Promise<Date | undefined> {
  const row = await db
    .selectFrom("sessions")
    .select("expires_at")
    .where("id", "=", sid)
    .executeTakeFirst();
  return row?.expires_at;
}
