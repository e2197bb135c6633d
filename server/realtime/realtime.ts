import type { ErrorCode } from "@parley/contracts/errors";
import type { ChatId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { type ConnectionReceiver, connect } from "./connection.ts";
import { createFrameHandler, type FrameHandlerDeps } from "./frame-handler.ts";
import type { Hub } from "./hub.ts";
import { createMembershipReload, type MembershipReloadDeps } from "./membership-reload.ts";
import { publishMissed, type SequenceHeadsDeps, startSequenceHeads } from "./sequence-heads.ts";
import type { ServerConnection } from "./server-connection.ts";
import { createSessionExpiry } from "./session-expiry.ts";
import { createUserChats } from "./user-chats.ts";

export interface RealtimeDeps {
  db: Database;
  hub: Hub;
  presence: {
    /** Called after the welcome; resolves when the connection was sent who is online. */
    connected(connection: ServerConnection): Promise<void>;
    /** Called before the hub removes the connection. */
    disconnected(connection: ServerConnection): void;
  };
  replay: FrameHandlerDeps["replay"];
  catchUp: SequenceHeadsDeps["catchUp"];
  messages: Pick<FrameHandlerDeps, "send">;
  chats: {
    markReadSoon: FrameHandlerDeps["markRead"];
    notifyHere: MembershipReloadDeps["members"];
  };
  blocks: { isDirectChatBlocked(chat: ChatId): Promise<boolean> };
  metrics: { errors: { inc(labels: { code: ErrorCode }): void } };
  fail(error: unknown): void;
}

/** Composes what happens to a connection from its opening to its end, over any transport. */
export function createRealtime(deps: RealtimeDeps) {
  const { db, hub, presence, replay, catchUp, chats, blocks, metrics, fail } = deps;
  const count = (code: ErrorCode) => metrics.errors.inc({ code });
  const handle = createFrameHandler({
    hub,
    replay,
    send: deps.messages.send,
    markRead: chats.markReadSoon,
    mayShowTyping: async (chat) => !(await blocks.isDirectChatBlocked(chat)),
    count,
    fail,
  });
  const readChats = createUserChats(db);
  const expiry = createSessionExpiry({ db, hub, fail });
  const heads = startSequenceHeads({ hub, replay, catchUp, fail });

  async function open(connection: ServerConnection, sendWelcome: () => void): Promise<void> {
    const added = hub.add(connection, () => readChats(connection.user), sendWelcome);
    await Promise.all([added, expiry.watch(connection)]);
  }

  function closed(connection: ServerConnection): void {
    expiry.unwatch(connection);
    presence.disconnected(connection);
    hub.remove(connection);
  }

  return {
    connect: (connection: ServerConnection): ConnectionReceiver =>
      connect({ open, sendSnapshot: presence.connected, handle, closed, count, fail }, connection),
    /** Brings a user's connections in line with the memberships in the database. */
    reloadMemberships: createMembershipReload({ hub, readChats, members: chats.notifyHere }),
    /** Publishes the committed events of followed chats that this server has not published. */
    publishMissed: () => publishMissed({ hub, replay, catchUp }),
    [Symbol.dispose]: () => heads[Symbol.dispose](),
  };
}
