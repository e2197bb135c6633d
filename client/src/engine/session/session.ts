import type { Bootstrap } from "@parley/contracts/bootstrap";
import type { Message } from "@parley/contracts/messages";
import { batch } from "solid-js";
import type { Api } from "../api/api.ts";
import { ApiError } from "../api/request.ts";
import { createHistory } from "../history/history.ts";
import { createQuotes } from "../history/quotes.ts";
import type { OutboxKeep, Tab } from "../outbox/outbox-keep.ts";
import { createSender, type Written } from "../outbox/sender.ts";
import { createPeople } from "../people/people.ts";
import { trim } from "../room/message-window.ts";
import { readFrame } from "../socket/read-frame.ts";
import type { TabHandlers } from "../socket/shared-socket.ts";
import type { ConnectionState, RawFrame, Socket } from "../socket/socket.ts";
import { createKeep } from "../storage/local-store.ts";
import { createActions } from "./actions.ts";
import { createAppStore } from "./app-state.ts";
import { createReactions } from "./reactions.ts";
import { createReading } from "./read-marks.ts";
import { createReceiver } from "./receive-frame.ts";
import { createSync } from "./sync.ts";
import { createTyping } from "./typing.ts";

export type Session = ReturnType<typeof createSession>;

/** Whether the person wished it, or the session ended in the midst of things. */
export type SignedOutWhy = "asked" | "ended";

export interface SessionDeps {
  api: Api;
  storage: Storage | null;
  outbox: OutboxKeep;
  tab: Tab;
  connect: (handlers: TabHandlers) => Socket;
  /** Milliseconds, never going back. */
  now: () => number;
  /** Milliseconds since the epoch, as this device has it: it may be set at any time. */
  wallClock: () => number;
  random: () => number;
  /** Whether anybody can see the page. */
  isVisible: () => boolean;
  onSignedOut: (why: SignedOutWhy) => void;
}

/** Milliseconds, about, between two attempts to begin while the server is away. */
const BEGIN_AGAIN = 5_000;

/** One person's visit: what is known, kept true by the server's frames, and what one can do. */
export function createSession(deps: SessionDeps) {
  const { api, storage, outbox, tab, connect, now, wallClock, random, isVisible, onSignedOut } =
    deps;
  let shown: string | null = null;
  let isFollowed = true;
  let isStopped = false;
  let again: ReturnType<typeof setTimeout> | undefined;
  const store = createAppStore((chat) => chat === shown && isFollowed && isVisible());
  const { state, setState } = store;
  /** Whether the connection was made by this person's sign-in: the browser's may be another's by now. */
  let isOwn = false;
  const send: Socket["send"] = (frame) => isOwn && socket.send(frame);
  const drafts = createKeep(storage, () => `parley.draft.${store.me()?.id}.`);

  const people = createPeople({ store, usersById: api.usersById });
  const history = createHistory({ store, people, fetchPage: api.messages });
  const quotes = createQuotes(store, history);
  const reactions = createReactions(store, api.react);
  const sender = createSender({ store, storage, keep: outbox, tab, send, now, wallClock });
  const reading = createReading(store, send);
  const typing = createTyping(store, send, now);
  const sync = createSync({
    store,
    people,
    history,
    send,
    fetchBootstrap,
    onEvent: reactions.heard,
    onArrived: arrived,
    shown: () => shown,
    random,
  });
  const receive = createReceiver({ store, people, sync, sender, reading, typing, random });
  const socket = connect({
    onFrame,
    onState,
    onSignedOut: () => onSignedOut("ended"),
    // Without a connection of this person's the next welcome takes it up.
    onTabGone: () => void (isOwn && sender.restore()),
  });

  function start(): Promise<void> {
    setState("phase", { kind: "starting" });
    return begin();
  }

  /** No connection stands yet that could tell when the server is back, so it is asked now and then. */
  async function begin(): Promise<void> {
    clearTimeout(again);
    try {
      await sync.refresh();
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "bad_gateway";
      setState("phase", { kind: "failed", code });
      if (!isStopped) again = setTimeout(() => void begin(), BEGIN_AGAIN * (0.5 + random()));
      return;
    }
    if (isStopped) return;
    // What was written earlier goes out first.
    await sender.restore();
    if (!isStopped) socket.connect();
  }

  async function fetchBootstrap(): Promise<Bootstrap> {
    const answer = await api.bootstrap();
    const me = store.me()?.id ?? answer.me.id;
    if (answer.me.id === me) return answer;
    onSignedOut("ended");
    throw new ApiError("unauthenticated", "somebody else is signed in");
  }

  function onFrame(raw: RawFrame): void {
    const frame = readFrame(raw);
    if (frame?.type === "welcome") isOwn = frame.user === store.me()?.id;
    if (frame && isOwn) receive(frame);
    else if (frame?.type === "welcome") onSignedOut("ended");
  }

  function onState(connection: ConnectionState): void {
    isOwn = false;
    setState("connection", connection);
    // What could not be fetched while the network was away can be now.
    if (connection === "open" && shown) void history.open(shown);
  }

  function arrived(chat: string, seq: number, messages: readonly Message[]): void {
    sender.settle(chat, seq, messages);
    for (const { sender: user } of messages) typing.stopped(chat, user);
  }

  /** A chat comes onto the screen, in the place of the one before. */
  function show(chat: string | null): void {
    batch(() => {
      if (shown && shown !== chat) store.changeRoom(shown, trim);
      shown = chat;
      isFollowed = true;
      if (chat) void history.open(chat);
    });
  }

  /** Tells whether the newest messages of the chat on the screen are in view. */
  function follow(isInView: boolean): void {
    isFollowed = isInView;
  }

  function write(written: Written): void {
    const { chat, body } = written;
    batch(() => {
      store.changeRoom(chat, (room) => ({ ...room, newAfter: null, past: null }));
      typing.sent(chat);
      // First, for it makes room; but another tab may have gone on with it.
      if (drafts.get(chat)?.trim() === body) drafts.delete(chat);
      sender.write(written);
    });
  }

  /** Sends a message again at once: a lost connection is tried now, whatever pause is on its way. */
  function retry(clientId: string): void {
    sender.retry(clientId);
    wake();
  }

  /** Signing out leaves nothing of this person on the device. */
  async function signOut(): Promise<void> {
    // The server will close the connection, and its loss is no news then.
    socket.rest();
    try {
      await api.signOut();
    } catch (error) {
      // A session that is over already leaves as much behind.
      if (!(error instanceof ApiError && error.code === "unauthenticated")) {
        socket.connect();
        throw error;
      }
    }
    drafts.clear();
    await sender.clear();
    onSignedOut("asked");
  }

  /** Somebody looks again, or the network is back: find out at once where things stand. */
  function wake(): void {
    if (state.phase.kind === "failed") void begin();
    if (state.phase.kind === "ready" && state.connection !== "stopped") socket.probe();
  }

  function stop(): void {
    isStopped = true;
    clearTimeout(again);
    sync.stop();
    sender.stop();
    socket.close();
  }

  return {
    state,
    me: store.me,
    now,
    start,
    stop,
    show,
    follow,
    write,
    signOut,
    unsent: sender.unsent,
    drafts,
    retry,
    discard: sender.discard,
    loadOlder: history.older,
    loadNewer: history.newer,
    openHistory: history.open,
    reach: history.reach,
    leavePast: history.leavePast,
    findQuoted: quotes.find,
    wantQuoted: quotes.want,
    react: reactions.react,
    reactionsOf: reactions.shown,
    read: reading.read,
    tellTyping: typing.tell,
    want: people.want,
    look: (user: string) => void people.fetchUsers([user]),
    learn: people.learn,
    reconnect: socket.connect,
    wake,
    dropConnection: socket.drop,
    ...createActions({ store, api, people, sync }),
  };
}
