import type { ErrorCode } from "@parley/contracts/errors";
import type { ServerFrame } from "@parley/contracts/frames";
import type { Api } from "../api/api.ts";
import { ApiError } from "../api/request.ts";
import type { ChatHistory } from "../history/history.ts";
import type { Sender } from "../outbox/sender.ts";
import { readFrame } from "../socket/read-frame.ts";
import type { TabHandlers } from "../socket/shared-socket.ts";
import type { ConnectionState, RawFrame, Socket } from "../socket/socket.ts";
import type { LocalStore } from "../storage/local-store.ts";
import type { AppStore } from "./app-state.ts";
import { createStartup } from "./startup.ts";
import type { Sync } from "./sync.ts";
import type { ViewedChat } from "./viewed-chat.ts";

/** `asked`: the user signed out; `ended`: the sign-in ended, or another user signed in. */
export type SignedOutReason = "asked" | "ended";

interface ConnectionDeps {
  store: AppStore;
  api: Api;
  history: ChatHistory;
  sender: Sender;
  drafts: LocalStore;
  sync: Sync;
  viewed: ViewedChat;
  receive: (frame: ServerFrame) => void;
  connect: (handlers: TabHandlers) => Socket;
  findRefusal: () => Promise<ErrorCode | null>;
  random: () => number;
  onSignedOut: (reason: SignedOutReason) => void;
}

/** The session's connection from its start to the sign-out. Frames pass only while it is this user's. */
export function createConnection(deps: ConnectionDeps) {
  const { store, api, history, sender, drafts, sync, viewed, receive, onSignedOut } = deps;
  const { state, setState } = store;
  /** Whether `welcome` named this user: the browser's cookie may be another user's. */
  let isOwn = false;
  const socket = deps.connect({
    onFrame,
    onState,
    onSignedOut: () => onSignedOut("ended"),
    // While the connection is not this user's, the next `welcome` restores instead.
    onTabGone: () => void (isOwn && sender.onTabGone()),
  });
  const startup = createStartup({ store, refresh: sync.refresh, onReady, random: deps.random });

  async function onReady(): Promise<void> {
    // Messages of an earlier visit go out before those of this one.
    await sender.restore();
    if (!startup.isStopped()) socket.connect();
  }

  const send: Socket["send"] = (frame) => isOwn && socket.send(frame);

  function onFrame(raw: RawFrame): void {
    const frame = readFrame(raw);
    if (frame?.type === "welcome") isOwn = frame.user === store.me()?.id;
    if (frame && isOwn) receive(frame);
    else if (frame?.type === "welcome") onSignedOut("ended");
  }

  function onState(connection: ConnectionState): void {
    isOwn = false;
    setState("connection", connection);
    if (connection === "open") setState("refusal", null);
    if (connection === "refused") void explain();
    // A page that failed to load while the network was down can be loaded after it.
    const chat = viewed.id();
    if (connection === "open" && chat) void history.retry(chat);
  }

  /** Finds out why connections are refused. */
  async function explain(): Promise<void> {
    const refusal = await deps.findRefusal();
    if (state.connection === "refused") setState("refusal", refusal);
  }

  /** Starts again, connects or checks the connection: the user or the network is back. */
  function wake(): void {
    if (state.phase.kind === "failed") void startup.attempt();
    if (state.phase.kind === "ready" && state.connection !== "stopped") socket.checkAlive();
  }

  function setVisible(isVisible: boolean): void {
    socket.setVisible(isVisible);
    if (isVisible) wake();
  }

  /** Signs out, and removes everything of this user from the device. */
  async function signOut(): Promise<void> {
    // Disconnected first: the server closes the connection on sign-out, and that must not show as lost.
    socket.disconnect();
    try {
      await api.signOut();
    } catch (error) {
      // A sign-in that has already ended is cleared in the same way.
      if (!(error instanceof ApiError && error.code === "unauthenticated")) {
        socket.connect();
        throw error;
      }
    }
    drafts.clear();
    await sender.clear();
    onSignedOut("asked");
  }

  function stop(): void {
    startup.stop();
    socket.close();
  }

  return {
    start: startup.start,
    stop,
    send,
    wake,
    signOut,
    /** Connects at once, without waiting for the back-off. */
    reconnectNow: socket.connect,
    markLost: socket.markLost,
    setVisible,
  };
}
