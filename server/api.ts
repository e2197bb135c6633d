import type { Draft } from "@parley/contracts/messages";
import type { Database } from "@parley/db/open";
import type { Secrets } from "@parley/platform/http/token";
import type { Log } from "@parley/platform/process/log";
import { createBlockNotifier } from "./blocks/block-notifier.ts";
import { createBlockRoutes } from "./blocks/block-routes.ts";
import { createBlockView } from "./blocks/block-view.ts";
import { startBlockWorker } from "./blocks/block-worker.ts";
import { isDirectChatBlocked } from "./blocks/is-direct-chat-blocked.ts";
import { createBlockStore } from "./blocks/store.ts";
import { createChatRoutes } from "./chats/chat-routes.ts";
import { createChatView } from "./chats/chat-view.ts";
import { createMemberNotifier } from "./chats/member-notifier.ts";
import { createMemberRoutes } from "./chats/member-routes.ts";
import { createMemberView } from "./chats/member-view.ts";
import { createMembership } from "./chats/membership.ts";
import { createReadMarks } from "./chats/read-marks.ts";
import { createReplay } from "./events/replay.ts";
import { createReplaySet } from "./events/replay-ranges.ts";
import { createWriter } from "./events/writer.ts";
import { createChangeRoutes } from "./messages/change-routes.ts";
import { createMessageChanges } from "./messages/message-changes.ts";
import { createMessageRoutes } from "./messages/message-routes.ts";
import { createSendRate } from "./messages/send-rate.ts";
import type { ServerMetrics } from "./metrics.ts";
import { createPresence } from "./presence/presence.ts";
import { createPresenceStore } from "./presence/presence-store.ts";
import type { Hub } from "./realtime/hub.ts";
import { createRealtime } from "./realtime/realtime.ts";
import { startIndexer } from "./search/indexer.ts";
import { createMessageSearchRoutes } from "./search/search-routes.ts";
import { createSessionCookie } from "./sessions/cookie.ts";
import { createLoginThrottle } from "./sessions/login-throttle.ts";
import { createSessionRoutes } from "./sessions/session-routes.ts";
import { createSignInRoutes } from "./sessions/sign-in-routes.ts";
import { createSessionStore } from "./sessions/store.ts";
import type { ServerSettings } from "./settings.ts";
import type { ObjectStore } from "./storage/object-store.ts";
import { createAvatars } from "./users/avatars.ts";
import { createBootstrapRoutes } from "./users/bootstrap-routes.ts";
import { createPasswords } from "./users/password.ts";
import { createProfileNotifier } from "./users/profile-notifier.ts";
import { createProfileRoutes } from "./users/profile-routes.ts";
import { createUserStore } from "./users/store.ts";
import { createSearchRoutes } from "./users/user-search-routes.ts";
import { createUserView } from "./users/user-view.ts";

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

  const presence = stack.use(createPresence({ hub, fail, ...createPresenceStore(db) }));
  const avatars = createAvatars({ store, log });
  const users = createUserStore(db);
  const directory = createUserView({ db, avatars, presence });
  const passwords = createPasswords();
  const throttle = createLoginThrottle();
  const sessions = createSessionStore({ db, secrets }, { ttl: settings.SESSION_TTL });
  const cookie = createSessionCookie(settings.PUBLIC_ORIGIN);

  const indexer = stack.use(startIndexer({ db, log }));
  const { showNeutral } = directory;
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

  const blocks = createBlockStore(db);
  const blockView = createBlockView({ blocks, users: directory });
  const notifyBlockChange = createBlockNotifier({ users, directory, hub, presence });
  const worker = stack.use(
    startBlockWorker({ blocks, hub, notifyBlockChange, expired: metrics.blocksEnded, log }),
  );

  const chats = createChatView({ db, users: directory });
  const members = createMemberView({ db, users: directory });
  const join = (user: string, chat: string) => {
    hub.join(user, chat);
    presence.joined(user, chat);
  };
  const leave = (user: string, chat: string) => {
    hub.leave(user, chat);
    presence.left(user, chat);
  };
  const memberNotifier = stack.use(
    createMemberNotifier({ chats, hub: { ...hub, join, leave }, fail }),
  );
  const membership = createMembership({ writer, memberNotifier });
  const readMarks = createReadMarks({ db, hub, log });

  const realtime = stack.use(
    createRealtime({
      db,
      hub,
      presence,
      replaySet: createReplaySet({ db, showNeutral }),
      send,
      catchUp: writer.catchUp,
      markRead: readMarks.markSoon,
      mayShowTyping: async (chat) => !(await isDirectChatBlocked(db, chat, new Date())),
      count: (code) => metrics.errors.inc({ code }),
      fail,
    }),
  );

  const notifyProfileChange = createProfileNotifier({ users, directory, hub });
  return {
    sessions,
    cookie,
    signIn: createSignInRoutes({ users, directory, passwords, sessions, throttle, cookie }),
    signedIn: [
      createSessionRoutes({ sessions, cookie, hub }),
      createProfileRoutes({
        users,
        directory,
        avatars,
        passwords,
        sessions,
        throttle,
        notifyProfileChange,
        hub,
      }),
      createSearchRoutes({ users, directory }),
      createBootstrapRoutes({ users: directory, chats, blocks: blockView }),
      createChatRoutes({ chats, writer, memberNotifier, markRead: readMarks.mark }),
      createMemberRoutes({ chats, members, membership }),
      createMessageRoutes({ db, send, showUsers: directory.show }),
      createMessageSearchRoutes({ db, showUsers: directory.show }),
      createChangeRoutes({ changes: createMessageChanges({ writer }) }),
      createBlockRoutes({ blocks, directory: blockView, hub, notifyBlockChange, worker }),
    ],
    connect: realtime.connect,
    drain: writer.drain,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
