import type { ErrorCode } from "@parley/contracts/errors";
import type { ChatId } from "@parley/contracts/ids";
import type { Message } from "@parley/contracts/messages";
import type { Api } from "../api/api.ts";
import { createHistory } from "../history/history.ts";
import { createQuotes } from "../history/quotes.ts";
import { createSender } from "../outbox/sender.ts";
import { createPeople } from "../people/people.ts";
import type { TabHandlers } from "../socket/shared-socket.ts";
import type { Socket } from "../socket/socket.ts";
import type { Tab } from "../socket/tab-lock.ts";
import { createLocalStore } from "../storage/local-store.ts";
import { createAppStore } from "./app-state.ts";
import { createChatActions } from "./chat-actions.ts";
import { createConnection, type SignedOutReason } from "./connection.ts";
import { createMessageActions } from "./message-actions.ts";
import { createPeopleActions } from "./people-actions.ts";
import { createReactions } from "./reactions.ts";
import { createReadMarks } from "./read-marks.ts";
import { createReceiver } from "./receive-frame.ts";
import { fetchOwnBootstrap } from "./startup.ts";
import { createSync } from "./sync.ts";
import { createTyping } from "./typing.ts";
import { createViewedChat } from "./viewed-chat.ts";

export type Session = ReturnType<typeof createSession>;

export interface SessionDeps {
  api: Api;
  storage: Storage | null;
  /** IndexedDB, where version 0.1.0 of the page stored unsent messages. */
  database: IDBFactory | undefined;
  tab: Tab;
  connect: (handlers: TabHandlers) => Socket;
  /** Asks why connections are refused; null if it is not known. */
  findRefusal: () => Promise<ErrorCode | null>;
  /** Milliseconds of a monotonic clock. */
  now: () => number;
  /** Milliseconds since the epoch by the clock of this device, which may be set at any time. */
  wallClock: () => number;
  random: () => number;
  /** Whether the user looks at the page: it is visible, and its window has the focus. */
  isAttended: () => boolean;
  onSignedOut: (reason: SignedOutReason) => void;
}

/**
 * The page's session of one user: the state, kept up to date by the frames of the server, and
 * everything the user can do, in five groups.
 */
export function createSession(deps: SessionDeps) {
  const { api, storage, database, tab, now, wallClock, random, onSignedOut } = deps;
  const viewed = createViewedChat(deps.isAttended);
  const store = createAppStore(viewed.isWatched);
  const send: Socket["send"] = (frame) => connection.send(frame);
  const drafts = createLocalStore(storage, () => `parley.draft.${store.me()?.id}.`);

  const people = createPeople({ store, usersById: api.usersById });
  const history = createHistory({ store, people, fetchPage: api.messages });
  const quotes = createQuotes(store, history);
  const reactions = createReactions(store, api.react);
  const sender = createSender({ store, storage, database, tab, send, now, wallClock });
  const readMarks = createReadMarks(store, send);
  const typing = createTyping(store, send, now);
  const sync = createSync({
    store,
    people,
    history,
    send,
    api,
    fetchBootstrap: () => fetchOwnBootstrap(api, store, () => onSignedOut("ended")),
    listeners: { onUserNamed: people.updateNames, onReaction: reactions.onEvent },
    onArrived,
    viewed: viewed.id,
    random,
  });
  const receive = createReceiver({ store, people, sync, sender, readMarks, typing, random });
  const connection = createConnection({
    ...{ store, api, history, sender, drafts, sync, viewed, receive, random, onSignedOut },
    connect: deps.connect,
    findRefusal: deps.findRefusal,
  });

  function onArrived(chat: ChatId, seq: number, messages: readonly Message[]): void {
    sender.settle(chat, seq, messages);
    for (const { sender: user } of messages) typing.clear(chat, user);
  }

  function stop(): void {
    connection.stop();
    sync.stop();
    sender.stop();
  }

  const { wake } = connection;
  return {
    state: store.state,
    me: store.me,
    reader: store.reader,
    now,
    start: connection.start,
    stop,
    messages: createMessageActions({
      ...{ store, api, people, sender, drafts, typing, reactions, wake },
    }),
    history: {
      retry: history.retry,
      loadOlder: history.loadOlder,
      loadNewer: history.loadNewer,
      loadAround: history.loadAround,
      loadUnread: history.loadUnread,
      leaveDetached: history.leaveDetached,
      findQuoted: quotes.find,
      ensureQuoted: quotes.ensureLoaded,
    },
    people: createPeopleActions({ store, api, people, sync }),
    chats: createChatActions({ store, api, people, history, sync, readMarks, viewed }),
    connection: {
      reconnectNow: connection.reconnectNow,
      wake,
      markLost: connection.markLost,
      setVisible: connection.setVisible,
      signOut: connection.signOut,
    },
  };
}
