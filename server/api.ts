import type { Database } from "@parley/db/open";
import type { Secrets } from "@parley/platform/http/token";
import type { Log } from "@parley/platform/process/log";
import { createBlocks } from "./blocks/blocks.ts";
import type { OpenBus } from "./bus/bus.ts";
import { createCluster } from "./bus/cluster.ts";
import { createChats } from "./chats/chats.ts";
import { createEventKinds } from "./event-kinds.ts";
import { createEventLog } from "./events/event-log.ts";
import type { CommittedEventListener } from "./events/publish.ts";
import { createReplay } from "./events/replay.ts";
import { submissionKey } from "./messages/batch-context.ts";
import { createMessages } from "./messages/messages.ts";
import { storeBatch } from "./messages/store-batch.ts";
import type { ServerMetrics } from "./metrics.ts";
import { createPresence } from "./presence/create-presence.ts";
import { liveEventFrames } from "./realtime/event-frames.ts";
import type { Hub } from "./realtime/hub.ts";
import { createRealtime } from "./realtime/realtime.ts";
import { createSearch } from "./search/search.ts";
import type { PasswordCost } from "./sessions/passwords.ts";
import { createSessions } from "./sessions/sessions.ts";
import type { ServerSettings } from "./settings.ts";
import type { ObjectStore } from "./storage/object-store.ts";
import { createUsers } from "./users/users.ts";

export interface ApiDeps {
  db: Database;
  /** The database for reads that no write waits for. Default: `db`. */
  reads?: Database;
  store: ObjectStore;
  hub: Hub;
  openBus: OpenBus;
  metrics: ServerMetrics;
  log: Log;
  secrets: Secrets;
  /** Listeners beside those of the server itself. */
  committedListeners?: readonly CommittedEventListener[];
  /** Default: the cost of production. */
  passwordCost?: PasswordCost;
}

/** Composes the parts of the server that know users, chats, messages and blocks. */
export function createApi(
  { db, reads = db, store, hub, openBus, metrics, log, secrets, passwordCost, ...deps }: ApiDeps,
  settings: ServerSettings,
) {
  const stack = new AsyncDisposableStack();
  const fail = (err: unknown) => log.error({ err }, "unhandled background error");

  const cluster = stack.use(createCluster({ openBus, hub, encodeEvents: liveEventFrames, fail }));
  const presence = stack.use(createPresence({ db, reads, hub, fail }));
  const users = stack.use(
    createUsers({ db, reads, objects: store, hub, presence, cluster, log, fail }),
  );
  const search = stack.use(createSearch({ db, reads, users, log }));
  const committedListeners = [search.indexer, ...(deps.committedListeners ?? [])];
  const kinds = createEventKinds(users);
  const events = createEventLog({
    db,
    kinds,
    storeBatch,
    keyOf: submissionKey,
    hub,
    committedListeners,
    cluster,
    metrics,
    log,
  });
  const chats = stack.use(
    createChats({ db, reads, events, users, hub, presence, cluster, log, fail }),
  );
  const requests = { isRequest: hub.isRequest, accepted: chats.requestAccepted };
  const messages = stack.use(
    createMessages({ db: reads, events, users, search, requests }, settings),
  );
  const blocks = stack.use(
    createBlocks({ db, reads, users, hub, presence, cluster, chats, metrics, log }),
  );
  const replay = createReplay({ db: reads, kinds });
  const live = { presence, replay, messages, chats, blocks, metrics, fail };
  const realtime = stack.use(
    createRealtime({ db: reads, hub: cluster.hub, catchUp: events.catchUp, ...live }),
  );
  const sessions = createSessions(
    { db, reads, users, chats, blocks, hub: cluster.hub, secrets, passwordCost },
    { ttlMs: settings.SESSION_TTL, publicOrigin: settings.PUBLIC_ORIGIN },
  );
  cluster.start({ events, realtime, chats, blocks, users });
  return {
    sessions: sessions.store,
    cookie: sessions.cookie,
    routes: [sessions, users, chats, messages, search, blocks].flatMap(({ routes }) => routes),
    connect: realtime.connect,
    async drain(): Promise<void> {
      await events.drain();
      await users.flush();
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
