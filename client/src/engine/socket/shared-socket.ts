import type { FromTab, ToTab } from "./shared-connection.ts";
import type { ConnectionState, Socket, SocketHandlers } from "./socket.ts";

/** What of a `MessagePort` is used. */
type Port = Pick<MessagePort, "postMessage" | "onmessage" | "close">;

export interface TabHandlers extends SocketHandlers {
  /** Another tab of this person is gone. */
  onTabGone: () => void;
}

interface SharedSocketDeps {
  /** Reaches the connection that the tabs share; told when it turns out that there is none. */
  reach: (onFailed: () => void) => Promise<Port>;
  /** A connection of this tab's own, for when the shared one can't be had. */
  connectAlone: (handlers: SocketHandlers) => Socket;
}

/** The shared connection answers at once, or is no more. */
const PATIENCE = 4_000;

/** A tab's end of the connection that all tabs share; on any trouble it becomes one of its own. */
export function createSharedSocket(deps: SharedSocketDeps, handlers: TabHandlers): Socket {
  let alone: Socket | null = null;
  let port: Promise<Port> | null = null;
  let state: ConnectionState = "connecting";
  let isClosed = false;
  let heard = 0;

  function post(message: FromTab): void {
    port ??= reach();
    void port.then((open) => open.postMessage(message), goAlone);
  }

  async function reach(): Promise<Port> {
    const open = await deps.reach(goAlone);
    open.onmessage = ({ data }: MessageEvent<ToTab>) => hear(data);
    return open;
  }

  function hear(message: ToTab): void {
    if (alone || isClosed) return;
    heard++;
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

  function tell(kind: "connect" | "markLost" | "disconnect"): void {
    if (alone) alone[kind]();
    else if (!isClosed) post({ kind });
  }

  function checkAlive(): void {
    if (alone) alone.checkAlive();
    else if (!isClosed) askWhetherHere();
  }

  function askWhetherHere(): void {
    const before = heard;
    post({ kind: "checkAlive" });
    setTimeout(() => heard === before && goAlone(), PATIENCE);
  }

  return {
    send(frame) {
      if (alone) return alone.send(frame);
      if (state !== "open" || isClosed) return false;
      post({ kind: "send", frame });
      return true;
    },
    connect: () => tell("connect"),
    markLost: () => tell("markLost"),
    disconnect: () => tell("disconnect"),
    checkAlive,
    close() {
      if (alone) alone.close();
      else leave();
      isClosed = true;
    },
  };
}
