import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/process/log";
import { createBlockNotifier } from "./block-notifier.ts";
import { createBlockRoutes } from "./block-routes.ts";
import { createBlockStore } from "./block-store.ts";
import { createBlockView } from "./block-view.ts";
import { startBlockWorker } from "./block-worker.ts";
import { isDirectChatBlocked } from "./is-direct-chat-blocked.ts";

type NotifierDeps = Parameters<typeof createBlockNotifier>[0];

interface BlocksDeps extends NotifierDeps {
  db: Database;
  reads: Database;
  /** Tells the other servers, each of which notifies the users who are connected to it. */
  cluster: {
    readonly hub: Pick<NotifierDeps["hub"], "toUser">;
    blockChanged(one: UserId, other: UserId): void;
  };
  chats: { declineRequests(user: UserId, requester: UserId): Promise<void> };
  metrics: { blocksEnded: { inc(): void } };
  log: Pick<Log, "warn">;
}

/** Composes blocks: their routes, the worker that ends them, and what other folders ask about them. */
export function createBlocks(deps: BlocksDeps) {
  const { db, reads, users, cluster, chats, metrics, log } = deps;
  const { hub } = cluster;
  const store = createBlockStore(db);
  const view = createBlockView({ db: reads, showUsers: users.show });
  const notifyHere = createBlockNotifier(deps);
  const notifyBlockChange = (one: UserId, other: UserId) => {
    cluster.blockChanged(one, other);
    return notifyHere(one, other);
  };
  const worker = startBlockWorker({
    store,
    hub,
    notifyBlockChange,
    endedCounter: metrics.blocksEnded,
    log,
  });
  return {
    routes: [createBlockRoutes({ store, view, hub, chats, notifyBlockChange, worker })],
    startFor: view.startFor,
    notifyHere,
    isDirectChatBlocked: (chat: ChatId) => isDirectChatBlocked(db, chat, new Date()),
    [Symbol.asyncDispose]: worker[Symbol.asyncDispose],
  };
}
