import type { Database } from "@parley/db/open";
import type { Secrets } from "@parley/platform/http/token";
import type { Log } from "@parley/platform/process/log";
import { createBlocks } from "./blocks/blocks.ts";
import type { OpenBus } from "./bus/bus.ts";
import { createCluster } from "./bus/cluster.ts";
import { createChats } from "./chats/chats.ts";
import { createEventKinds } from "./event-kinds.ts";
import { createEventLog } from "./events/event-log.ts";
import { createMessages } from "./messages/messages.ts";
import { storeBatch } from "./messages/store-batch.ts";
import type { ServerMetrics } from "./metrics.ts";
import { createPresence } from "./presence/create-presence.ts";
import { liveEventFrames } from "./realtime/event-frames.ts";
import type { Hub } from "./realtime/hub.ts";
import { createRealtime } from "./realtime/realtime.ts";
import { createSearch } from "./search/search.ts";
import { createSessions } from "./sessions/sessions.ts";
import type { ServerSettings } from "./settings.ts";
import type { ObjectStore } from "./storage/object-store.ts";
import { createUsers } from "./users/users.ts";

export interface ApiDeps {
  db: Database;
  store: ObjectStore;
  hub: Hub;
  openBus: OpenBus;
  metrics: ServerMetrics;
  log: Log;
  secrets: Secrets;
}

/** Puts the parts together that know users, chats, messages and blocks: their routes, and what sessions need. */
export function createApi(
  { db, store, hub, openBus, metrics, log, secrets }: ApiDeps,
  settings: ServerSettings,
) {
  const stack = new AsyncDisposableStack();
  const fail = (err: unknown) => log.error({ err }, "unhandled background error");

  const cluster = stack.use(createCluster({ openBus, hub, encodeEvents: liveEventFrames, fail }));
  const presence = stack.use(createPresence({ db, hub, fail }));
  const users = createUsers({ db, objects: store, hub, presence, cluster, log });

  const search = stack.use(createSearch({ db, users, log }));
  const events = createEventLog({
    db,
    kinds: createEventKinds(users),
    storeBatch,
    log,
    head: hub.head,
    listeners: [hub.publishEvents, search.onCommitted],
    cluster,
    observe: (stage, seconds) => metrics.messageTime.observe({ stage }, seconds),
  });
  const { rewriteIndex } = search;
  const perSecond = settings.RATE_LIMIT_MESSAGES_RPS;
  const messages = stack.use(createMessages({ db, events, users, rewriteIndex }, { perSecond }));

  const endedCounter = metrics.blocksEnded;
  const blocks = stack.use(createBlocks({ db, users, hub, presence, cluster, endedCounter, log }));
  const chats = stack.use(
    createChats({ db, writer: events, users, hub, presence, cluster, log, onError: fail }),
  );

  const realtime = stack.use(
    createRealtime({
      db,
      hub: cluster.hub,
      presence,
      members: chats.notifyHere,
      replay: events.replay,
      send: messages.send,
      catchUp: events.catchUp,
      markRead: chats.markReadSoon,
      mayShowTyping: async (chat) => !(await blocks.isDirectChatBlocked(chat)),
      count: (code) => metrics.errors.inc({ code }),
      fail,
    }),
  );

  const sessions = createSessions(
    { db, users, chats, blocks, hub: cluster.hub, secrets },
    { ttlMs: settings.SESSION_TTL, publicOrigin: settings.PUBLIC_ORIGIN },
  );
  cluster.start({
    offer: events.offer,
    readHeads: events.replay.heads,
    catchUp: events.catchUp,
    publishMissed: realtime.publishMissed,
    membershipsChanged: realtime.reloadMemberships,
    chatChanged: chats.notifyHere.chatChanged,
    blockChanged: blocks.notifyHere,
    profileChanged: users.notifyHere,
  });
  return {
    sessions: sessions.store,
    cookie: sessions.cookie,
    routes: [
      ...sessions.routes,
      ...users.routes,
      ...chats.routes,
      ...messages.routes,
      ...search.routes,
      blocks.routes,
    ],
    connect: realtime.connect,
    drain: events.drain,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
