import { CLOSES } from "@parley/contracts/closes";
import type { Database } from "@parley/db/open";
import { createBatchLoader } from "@parley/platform/async/batch-loader";
import { sql } from "kysely";
import type { Presence } from "../presence/presence.ts";
import { type Connection, connect } from "./connection.ts";
import { createFrameHandler, type FrameHandlerDeps } from "./frame-handler.ts";
import type { Hub } from "./hub.ts";
import { type SequenceHeadsDeps, startSequenceHeads } from "./sequence-heads.ts";
import type { Session } from "./session.ts";
import type { ChatHead } from "./session-init-buffer.ts";

export interface RealtimeDeps extends FrameHandlerDeps, Pick<SequenceHeadsDeps, "catchUp"> {
  db: Database;
  hub: Hub;
  presence: Presence;
}

/** Milliseconds; a sign-in that another server ended is noticed by then, too. */
const LONGEST_WATCH = 5 * 60_000;
const WATCH_AGAIN = 1_000;

/** What happens to a session from its opening to its end, whichever way it came. */
export function createRealtime(deps: RealtimeDeps) {
  const { db, hub, presence, count, fail } = deps;
  const handle = createFrameHandler(deps);
  const chatsOfUser = createBatchLoader((users) => chatsOf(db, users));
  const signInEnd = createBatchLoader((sids) => signInEnds(db, sids));
  const watches = new Map<Session, Timer>();
  const beat = startSequenceHeads(deps);

  async function open(session: Session, greet: () => void): Promise<void> {
    await hub.add(session, async () => (await chatsOfUser(session.user)) ?? [], greet);
    await watchSignIn(session);
  }

  /** Closes a session when its sign-in ends; one that was renewed meanwhile is watched on. */
  async function watchSignIn(session: Session): Promise<void> {
    const end = await signInEnd(session.sid);
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
    presence.disconnected(session);
    hub.remove(session);
  }

  return {
    connect: (session: Session): Connection =>
      connect({ open, sendSnapshot: presence.connected, handle, closed, count, fail }, session),
    [Symbol.dispose]: () => beat[Symbol.dispose](),
  };
}

/** The chats of users, each with its newest `seq`. */
async function chatsOf(db: Database, users: string[]): Promise<Map<string, ChatHead[]>> {
  const rows = await db
    .selectFrom("members")
    .innerJoin("chats", "chats.id", "members.chat_id")
    .select(["members.user_id", "chats.id", "chats.last_seq"])
    .where(sql<boolean>`members.user_id = any(${users}::uuid[])`)
    .execute();
  return Map.groupBy(rows, ({ user_id }) => user_id);
}

/** When sign-ins end unless they are renewed; one that has ended is not in the map. */
async function signInEnds(db: Database, sids: string[]): Promise<Map<string, Date>> {
  const rows = await db
    .selectFrom("sessions")
    .select(["id", "expires_at"])
    .where(sql<boolean>`id = any(${sids}::uuid[])`)
    .execute();
  return new Map(rows.map(({ id, expires_at }) => [id, expires_at]));
}
