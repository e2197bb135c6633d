import type { Database } from "@parley/db/open";
import { type Connection, connect } from "./connection.ts";
import { createFrameHandler, type FrameHandlerDeps } from "./frame-handler.ts";
import type { Hub } from "./hub.ts";
import { createMembershipReload, type MembershipReloadDeps } from "./membership-reload.ts";
import { publishMissed, type SequenceHeadsDeps, startSequenceHeads } from "./sequence-heads.ts";
import type { Session } from "./session.ts";
import { createSessionExpiry } from "./session-expiry.ts";
import { createUserChats } from "./user-chats.ts";

export interface RealtimeDeps extends FrameHandlerDeps, Pick<SequenceHeadsDeps, "catchUp"> {
  db: Database;
  hub: Hub;
  presence: {
    /** Called after the welcome; resolves when the connection was sent who is online. */
    connected(session: Session): Promise<void>;
    /** Called before the hub removes the connection. */
    disconnected(session: Session): void;
  };
  members: MembershipReloadDeps["members"];
}

/** Composes what happens to a connection from its opening to its end, over any transport. */
export function createRealtime(deps: RealtimeDeps) {
  const { db, hub, presence, members, count, fail } = deps;
  const handle = createFrameHandler(deps);
  const readChats = createUserChats(db);
  const expiry = createSessionExpiry({ db, hub, fail });
  const heads = startSequenceHeads(deps);

  async function open(session: Session, sendWelcome: () => void): Promise<void> {
    await hub.add(session, () => readChats(session.user), sendWelcome);
    await expiry.watch(session);
  }

  function closed(session: Session): void {
    expiry.unwatch(session);
    presence.disconnected(session);
    hub.remove(session);
  }

  return {
    connect: (session: Session): Connection =>
      connect({ open, sendSnapshot: presence.connected, handle, closed, count, fail }, session),
    /** Brings a user's connections in line with the memberships in the database. */
    reloadMemberships: createMembershipReload({ hub, readChats, members }),
    /** Publishes the committed events of followed chats that this server has not published. */
    publishMissed: () => publishMissed(deps),
    [Symbol.dispose]: () => heads[Symbol.dispose](),
  };
}
