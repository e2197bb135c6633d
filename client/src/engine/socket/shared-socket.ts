import type { FromTab, ToTab } from "./shared-connection.ts";
import type { ConnectionState, Socket, SocketHandlers } from "./socket.ts";

/** The part of a `MessagePort` that is used. */
type Port = Pick<MessagePort, "postMessage" | "onmessage" | "close">;

export interface TabHandlers extends SocketHandlers {
  /** Another tab of this user was closed. */
  onTabGone: () => void;
}

interface SharedSocketDeps {
  /** Connects to the shared worker; `onFailed` is called if the worker cannot run. */
  connectWorker: (onFailed: () => void) => Promise<Port>;
  /** Creates a connection of this tab alone, for when there is no shared worker. */
  connectAlone: (handlers: SocketHandlers) => Socket;
}

/** A running worker answers at once. */
const WORKER_TIMEOUT_MS = 4_000;

/** A tab's end of the shared connection. If the worker fails, the tab opens a connection of its own. */
export function createSharedSocket(deps: SharedSocketDeps, handlers: TabHandlers): Socket {
  let alone: Socket | null = null;
  let port: Promise<Port> | null = null;
  let state: ConnectionState = "connecting";
  let isVisible = true;
  let isClosed = false;
  let received = 0;

  function post(message: FromTab): void {
    port ??= openPort();
    void port.then((open) => open.postMessage(message), goAlone);
  }

  async function openPort(): Promise<Port> {
    const open = await deps.connectWorker(goAlone);
    open.onmessage = ({ data }: MessageEvent<ToTab>) => receive(data);
    // The worker takes a tab as visible until it is told otherwise.
    if (!isVisible) open.postMessage({ kind: "visible", isVisible } satisfies FromTab);
    return open;
  }

  function receive(message: ToTab): void {
    if (alone || isClosed) return;
    received++;
    if (message.kind === "frame") handlers.onFrame(message.frame);
    else if (message.kind === "signed_out") handlers.onSignedOut();
    else if (message.kind === "tab_gone") handlers.onTabGone();
    else if (message.kind === "state") {
      state = message.state;
      handlers.onState(state);
    }
  }

  function goAlone(): void {
    if (alone || isClosed) return;
    if (state === "open") handlers.onState("lost");
    leave();
    alone = deps.connectAlone(handlers);
    alone.setVisible(isVisible);
    alone.connect();
  }

  function leave(): void {
    void port?.then(
      (open) => {
        open.postMessage({ kind: "leave" } satisfies FromTab);
        open.close();
      },
      () => {},
    );
  }

  function forward(kind: "connect" | "markLost" | "disconnect"): void {
    if (alone) alone[kind]();
    else if (!isClosed) post({ kind });
  }

  function checkAlive(): void {
    if (alone) alone.checkAlive();
    else if (!isClosed) checkWorker();
  }

  function checkWorker(): void {
    const before = received;
    post({ kind: "checkAlive" });
    setTimeout(() => received === before && goAlone(), WORKER_TIMEOUT_MS);
  }

  function setVisible(now: boolean): void {
    isVisible = now;
    if (alone) alone.setVisible(now);
    else if (port && !isClosed) post({ kind: "visible", isVisible });
  }

  return {
    send(frame) {
      if (alone) return alone.send(frame);
      if (state !== "open" || isClosed) return false;
      post({ kind: "send", frame });
      return true;
    },
    connect: () => forward("connect"),
    markLost: () => forward("markLost"),
    disconnect: () => forward("disconnect"),
    checkAlive,
    setVisible,
    close() {
      if (alone) alone.close();
      else leave();
      isClosed = true;
    },
  };
}
