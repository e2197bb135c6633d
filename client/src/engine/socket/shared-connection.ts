import type { ClientFrame } from "@parley/contracts/frames";
import { isRecord } from "../api/read-problem.ts";
import type { ConnectionState, RawFrame, Socket, SocketHandlers } from "./socket.ts";

/** A message from a tab to the shared connection. */
export type FromTab =
  | { kind: "send"; frame: ClientFrame }
  | { kind: "visible"; isVisible: boolean }
  | { kind: "connect" | "markLost" | "checkAlive" | "disconnect" | "leave" };

export type ToTab =
  | { kind: "frame"; frame: RawFrame }
  | { kind: "state"; state: ConnectionState }
  | { kind: "signed_out" }
  | { kind: "tab_gone" }
  /** Answers `checkAlive`: the worker is running. */
  | { kind: "alive" };

type Post = (message: ToTab) => void;

/**
 * One connection for all tabs of a user. Each tab has its own state and resumes for itself: a tab that
 * opens later gets the initial frames again, and the answers to a `resume` go to the tab that sent
 * it. Every other frame goes to all tabs, because applying a frame twice does no harm.
 */
export function createSharedConnection(connect: (handlers: SocketHandlers) => Socket) {
  /** Whether each tab is visible. */
  const tabs = new Map<Post, boolean>();
  const online = new Map<unknown, RawFrame>();
  /** Tabs whose `resume` is not answered. The server answers in order. */
  let resuming: Post[] = [];
  let welcome: RawFrame | null = null;
  let state: ConnectionState = "connecting";
  const socket = connect({
    onFrame,
    onState(now) {
      state = now;
      postAll({ kind: "state", state });
    },
    onSignedOut: () => postAll({ kind: "signed_out" }),
  });

  /** @returns the handler of this tab's messages. */
  function attach(post: Post): (message: FromTab) => void {
    setVisible(post, true);
    post({ kind: "state", state });
    if (state === "open" && welcome) {
      post({ kind: "frame", frame: welcome });
      post({ kind: "frame", frame: { type: "presence", users: [...online.values()] } });
    }
    return (message) => handle(post, message);
  }

  function handle(post: Post, message: FromTab): void {
    switch (message.kind) {
      case "send": {
        const isSent = socket.send(message.frame);
        if (isSent && message.frame.type === "resume") resuming.push(post);
        return;
      }
      case "visible":
        setVisible(post, message.isVisible);
        return;
      case "checkAlive":
        post({ kind: "alive" });
        socket.checkAlive();
        return;
      case "leave":
        leave(post);
        return;
      case "disconnect":
        disconnect();
        return;
      case "connect":
      case "markLost":
        socket[message.kind]();
    }
  }

  function setVisible(post: Post, isVisible: boolean): void {
    tabs.set(post, isVisible);
    updateVisible();
  }

  function updateVisible(): void {
    socket.setVisible([...tabs.values()].includes(true));
  }

  /** A tab is closed. The others go on, even if that tab disconnected in order to sign out. */
  function leave(post: Post): void {
    tabs.delete(post);
    updateVisible();
    postAll({ kind: "tab_gone" });
    if (tabs.size > 0) socket.connect();
    else disconnect();
  }

  function disconnect(): void {
    socket.disconnect();
    state = "connecting";
    postAll({ kind: "state", state });
  }

  function onFrame(frame: RawFrame): void {
    switch (frame["type"]) {
      case "welcome":
        welcome = frame;
        resuming = [];
        online.clear();
        break;
      case "error":
        // It may refuse a `resume`, which gets no answer then. Every waiting tab sends its own again.
        if (isTemporary(frame["code"])) resuming = [];
        break;
      case "presence":
        updateOnline(frame["users"]);
        break;
    }
    const addressee = addresseeOf(frame["type"]);
    if (addressee) addressee({ kind: "frame", frame });
    else postAll({ kind: "frame", frame });
  }

  /** @returns the tab whose `resume` a frame answers, if it does. */
  function addresseeOf(type: unknown): Post | undefined {
    return type === "resumed" ? resuming.shift() : type === "reset" ? resuming[0] : undefined;
  }

  function updateOnline(users: unknown): void {
    for (const entry of Array.isArray(users) ? users.filter(isRecord) : []) {
      if (entry["online"] === true) online.set(entry["id"], entry);
      else online.delete(entry["id"]);
    }
  }

  function postAll(message: ToTab): void {
    for (const post of tabs.keys()) post(message);
  }

  return { attach, leave };
}

const isTemporary = (code: unknown) => code === "rate_limited" || code === "overloaded";
