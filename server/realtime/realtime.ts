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

/** What happens to a session from its opening to its end, whichever way it came. */
export function createRealtime(deps: RealtimeDeps) {
  const { db, hub, presence, fail } = deps;
  const handle = createFrameHandler(deps);
  const beat = setInterval(() => {
    hub.beat();
    closeEnded().catch(fail);
  }, LIMITS.heartbeat);

  function open(session: Session): Promise<void> {
    return hub.add(session, () =>
      db
        .selectFrom("members")
        .innerJoin("chats", "chats.id", "members.chat_id")
        .select(["chats.id", "chats.last_seq"])
        .where("members.user_id", "=", session.user)
        .execute(),
    );
  }

  /** Closes the sessions whose sign-in has expired, or was ended elsewhere. */
  async function closeEnded(): Promise<void> {
    const sessions = [...hub.sessions()];
    if (sessions.length === 0) return;
    const live = await db
      .selectFrom("sessions")
      .select("id")
      .where("id", "in", [...new Set(sessions.map(({ sid }) => sid))])
      .where("expires_at", ">", new Date())
      .execute();
    const ids = new Set(live.map(({ id }) => id));
    for (const session of sessions) if (!ids.has(session.sid)) session.close(CLOSES.signedOut);
  }

  function closed(session: Session): void {
    presence.left(session);
    hub.remove(session);
  }

  return {
    connect: (session: Session): Connection =>
      connect({ open, greeted: presence.arrived, handle, closed, fail }, session),
    [Symbol.dispose]: () => clearInterval(beat),
  };
}
