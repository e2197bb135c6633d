import type { Draft } from "@parley/contracts/messages";
import type { Database } from "@parley/db/open";
import type { Secrets } from "@parley/platform/http/token";
import type { Log } from "@parley/platform/process/log";
import { createBlocks } from "./blocks/blocks.ts";
import { createChats } from "./chats/chats.ts";
import { createReplay } from "./events/replay.ts";
import { createReplaySet } from "./events/replay-ranges.ts";
import { createWriter } from "./events/writer.ts";
import { createChangeRoutes } from "./messages/change-routes.ts";
import { createMessageChanges } from "./messages/message-changes.ts";
import { createMessageRoutes } from "./messages/message-routes.ts";
import { createSendRate } from "./messages/send-rate.ts";
import type { ServerMetrics } from "./metrics.ts";
import { createPresence } from "./presence/create-presence.ts";
import type { Hub } from "./realtime/hub.ts";
import { createRealtime } from "./realtime/realtime.ts";
import { startIndexer } from "./search/indexer.ts";
import { createMessageSearchRoutes } from "./search/search-routes.ts";
import { createSessions } from "./sessions/sessions.ts";
import type { ServerSettings } from "./settings.ts";
import type { ObjectStore } from "./storage/object-store.ts";
import { createUsers } from "./users/users.ts";

export interface ApiDeps {
  db: Database;
  store: ObjectStore;
  hub: Hub;
  metrics: ServerMetrics;
  log: Log;
  secrets: Secrets;
}

/** Puts the parts together that know users, chats, messages and blocks: their routes, and what sessions need. */
export function createApi(
  { db, store, hub, metrics, log, secrets }: ApiDeps,
  settings: ServerSettings,
) {
  const stack = new AsyncDisposableStack();
  const fail = (err: unknown) => log.error({ err }, "something failed that nobody waits for");

  const presence = stack.use(createPresence({ db, hub, fail }));
  const users = createUsers({ db, objects: store, hub, presence, log });

  const indexer = stack.use(startIndexer({ db, log }));
  const { show: showUsers, showNeutral } = users;
  const replay = createReplay({ db, showNeutral });
  const writer = createWriter({
    db,
    replay,
    showNeutral,
    log,
    head: hub.head,
    publish(chat, events) {
      const [first, last] = [events[0], events.at(-1)];
      if (first && last) indexer.note(chat, first.seq, last.seq);
      hub.publishEvents(chat, events);
    },
    observe: (stage, seconds) => metrics.messageTime.observe({ stage }, seconds),
  });
  const rate = stack.use(createSendRate(settings.RATE_LIMIT_MESSAGES_RPS));
  const send = async (user: string, draft: Draft) => {
    rate.take(user);
    return writer.send(user, draft);
  };

  const endedCounter = metrics.blocksEnded;
  const blocks = stack.use(createBlocks({ db, users, hub, presence, endedCounter, log }));
  const chats = stack.use(createChats({ db, writer, users, hub, presence, log, onError: fail }));

  const realtime = stack.use(
    createRealtime({
      db,
      hub,
      presence,
      replaySet: createReplaySet({ db, showNeutral }),
      send,
      catchUp: writer.catchUp,
      markRead: chats.markReadSoon,
      mayShowTyping: async (chat) => !(await blocks.isDirectChatBlocked(chat)),
      count: (code) => metrics.errors.inc({ code }),
      fail,
    }),
  );

  const sessions = createSessions(
    { db, users, chats, blocks, hub, secrets },
    { ttlMs: settings.SESSION_TTL, publicOrigin: settings.PUBLIC_ORIGIN },
  );
  return {
    sessions: sessions.store,
    cookie: sessions.cookie,
    signIn: sessions.signInRoutes,
    signedIn: [
      ...sessions.routes,
      ...users.routes,
      ...chats.routes,
      createMessageRoutes({ db, send, showUsers }),
      createMessageSearchRoutes({ db, showUsers }),
      createChangeRoutes({ changes: createMessageChanges({ writer }) }),
      blocks.routes,
    ],
    connect: realtime.connect,
    drain: writer.drain,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
