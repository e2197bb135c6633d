import { CLOSES, type CloseName } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";
import type { DownFrame } from "@parley/contracts/link";
import { createHeartbeat } from "@parley/platform/heartbeat";
import type { LinkEnd, SendUp } from "../link/link.ts";
import { BrowserSocket, type BrowserSocketData } from "./browser-socket.ts";
import { createHeldFrames } from "./held-frames.ts";

/** Characters published between two looks at how much waits for whom. */
const LOOK_EVERY = LIMITS.waiting / 4;
const CLOSED_AT_ONCE = 500;
const PAUSE_MS = 20;

/** Stands for a binary frame. It is no JSON: the server refuses it, and counts it with all it can't read. */
const BINARY = "binary";

type FrameForOne = Exclude<DownFrame, { kind: "publish" }>;

/**
 * Holds the browsers' WebSockets: carries their frames to the link and the link's to them, and keeps
 * them open while the link is down.
 * @param publish hands a frame to every subscriber of a topic; Bun's own publish does it.
 */
export function createBrowserSockets(
  publish: (topic: string, payload: string) => void,
  { heartbeat: interval = LIMITS.heartbeat as number, holdForOne = createHeldFrames() } = {},
) {
  const sockets = new Map<number, BrowserSocket>();
  const heartbeat = createHeartbeat<BrowserSocket>(interval);
  let lastSession = 0;
  let sendUp: SendUp | null = null;
  let published = 0;

  function open(ws: Bun.ServerWebSocket<BrowserSocketData>): void {
    const socket = new BrowserSocket(++lastSession, ws, holdForOne());
    ws.data.socket = socket;
    sockets.set(socket.session, socket);
    heartbeat.add(socket);
    if (sendUp) openSession(socket, sendUp);
  }

  function message(socket: BrowserSocket, payload: string | Buffer): void {
    if (!socket.isLeaving) take(socket, typeof payload === "string" ? payload : BINARY);
  }

  /** Only a link that stands, and is choked, ends a socket: no second `welcome` would make up for the frame. */
  function take(socket: BrowserSocket, payload: string): void {
    const { session, held } = socket;
    if (!sendUp) held.hold(payload);
    else if (!sendUp({ kind: "frame", session, payload })) close(socket, "unavailable");
  }

  function closed(socket: BrowserSocket): void {
    socket.closed();
    sockets.delete(socket.session);
    heartbeat.remove(socket);
    sendUp?.({ kind: "close", session: socket.session });
  }

  function receive(frame: DownFrame): void {
    if (frame.kind === "publish") publishToAll(frame.topic, frame.payload);
    else receiveFor(sockets.get(frame.session), frame);
  }

  function receiveFor(socket: BrowserSocket | undefined, frame: FrameForOne): void {
    if (!socket) return;
    switch (frame.kind) {
      case "deliver":
        socket.deliver(frame.payload);
        closeWhereSlow(socket);
        break;
      case "subscribe":
        socket.subscribe(frame.topics);
        break;
      case "unsubscribe":
        socket.unsubscribe(frame.topics);
        break;
      case "close":
        socket.close(frame.code, frame.reason);
        break;
    }
  }

  /** Publishing tells nothing about one reader, so all are looked at each time enough was published. */
  function publishToAll(topic: string, payload: string): void {
    publish(topic, payload);
    published += payload.length;
    if (published < LOOK_EVERY) return;
    published = 0;
    for (const socket of sockets.values()) closeWhereSlow(socket);
  }

  const end: LinkEnd = {
    up(send) {
      sendUp = send;
      for (const socket of sockets.values()) if (!socket.isLeaving) openSession(socket, send);
    },
    receive,
    down() {
      sendUp = null;
    },
  };

  const handlers: Bun.WebSocketHandler<BrowserSocketData> = {
    maxPayloadLength: LIMITS.frame,
    perMessageDeflate: false,
    idleTimeout: 0,
    sendPings: false,
    backpressureLimit: 4 * LIMITS.waiting,
    closeOnBackpressureLimit: true,
    open,
    message: ({ data: { socket } }, payload) => socket && message(socket, payload),
    drain: ({ data: { socket } }) => socket?.drained(),
    pong: ({ data: { socket } }) => socket && heartbeat.heard(socket),
    close: ({ data: { socket } }) => socket && closed(socket),
  };

  return {
    /** The side that hangs on the link. */
    end,
    /** The side that hangs on Bun's server. */
    handlers,
    count: () => sockets.size,

    /** Sends everyone away (1001) in batches, so that not all come back in the same instant. */
    async closeAll(): Promise<void> {
      const all = [...sockets.values()];
      for (let start = 0; start < all.length; start += CLOSED_AT_ONCE) {
        for (const socket of all.slice(start, start + CLOSED_AT_ONCE)) close(socket, "goingAway");
        await Bun.sleep(PAUSE_MS);
      }
    },

    [Symbol.dispose]: () => heartbeat[Symbol.dispose](),
  };
}

/**
 * Opens a socket's session on a link that knows nothing of it yet, and lets go what waited for one,
 * as far as the link takes it: the `welcome` that follows makes up for the rest.
 */
function openSession(socket: BrowserSocket, send: SendUp): void {
  const { session, details } = socket;
  socket.unsubscribe();
  send({ kind: "open", session, details });
  for (const payload of socket.held.release()) send({ kind: "frame", session, payload });
}

/** Bun would cut a slow reader off with 1006 a little later: our own close says why. */
function closeWhereSlow(socket: BrowserSocket): void {
  if (socket.waiting > LIMITS.waiting) close(socket, "tooSlow");
}

function close(socket: BrowserSocket, why: CloseName): void {
  const { code, reason } = CLOSES[why];
  socket.close(code, reason);
}
