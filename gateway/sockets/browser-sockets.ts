import { LIMITS } from "@parley/contracts/limits";
import { type Rate, TokenBucket } from "@parley/platform/async/token-bucket";
import { createHeartbeat } from "@parley/platform/sockets/heartbeat";
import type { LinkEnd, SendUp } from "../link/link.ts";
import type { Bytes } from "../metrics/traffic.ts";
import { BrowserSocket, type BrowserSocketData } from "./browser-socket.ts";
import { closeInBatches } from "./close-in-batches.ts";
import { createDownward, type Publish } from "./egress.ts";
import { createHeldFrames } from "./held-frames.ts";
import { createUpward } from "./ingress.ts";

/** Stands for a binary frame. It is no JSON: the server refuses it, and counts it with all it can't read. */
const BINARY = "binary";

export interface BrowserSocketsOptions {
  /** How many frames one socket may send. */
  readonly frameRate: Rate;
  /** Milliseconds between two pings. */
  readonly heartbeat?: number;
  readonly holdForOne?: ReturnType<typeof createHeldFrames>;
  /** Where the bytes of messages are added up. */
  readonly bytes: Bytes;
}

/** Holds the browsers' WebSockets, and keeps them open while the link is down. */
export class BrowserSockets implements LinkEnd, Disposable {
  readonly receive: LinkEnd["receive"];
  readonly #sockets = new Map<number, BrowserSocket>();
  readonly #upward = createUpward();
  readonly #heartbeat;
  readonly #frameRate: Rate;
  readonly #holdForOne;
  readonly #bytes: Bytes;
  #lastSession = 0;
  #sendUp: SendUp | null = null;

  constructor(
    publish: Publish,
    {
      frameRate,
      heartbeat = LIMITS.heartbeatIntervalMs,
      holdForOne = createHeldFrames(),
      bytes,
    }: BrowserSocketsOptions,
  ) {
    this.#frameRate = frameRate;
    this.#holdForOne = holdForOne;
    this.#bytes = bytes;
    this.#heartbeat = createHeartbeat<BrowserSocket>(heartbeat);
    this.receive = createDownward({
      sockets: this.#sockets,
      publish,
      sent: (size) => {
        bytes.out += size;
      },
      delivered: this.#upward.welcome,
    });
  }

  /** What Bun's server tells of its sockets. */
  readonly handlers: Bun.WebSocketHandler<BrowserSocketData> = {
    maxPayloadLength: LIMITS.maxFrameBytes,
    perMessageDeflate: false,
    idleTimeout: 0,
    sendPings: false,
    backpressureLimit: 4 * LIMITS.maxBackpressureBytes,
    closeOnBackpressureLimit: true,
    open: (ws) => this.#open(ws),
    message: ({ data: { socket } }, payload) => socket && this.#take(socket, payload),
    drain: ({ data: { socket } }) => socket?.drained(),
    pong: ({ data: { socket } }) => socket && this.#heartbeat.onPong(socket),
    close: ({ data: { socket } }) => socket?.closed(),
  };

  get count(): number {
    return this.#sockets.size;
  }

  up(send: SendUp): void {
    this.#sendUp = send;
    for (const socket of this.#sockets.values()) openSession(socket, send);
    this.#upward.linked(send);
  }

  down(): void {
    this.#sendUp = null;
    this.#upward.unlinked();
  }

  closeAll(): Promise<void> {
    return closeInBatches([...this.#sockets.values()]);
  }

  [Symbol.dispose](): void {
    this.#heartbeat[Symbol.dispose]();
    this.#upward[Symbol.dispose]();
  }

  #open(ws: Bun.ServerWebSocket<BrowserSocketData>): void {
    const socket = new BrowserSocket(++this.#lastSession, ws, {
      held: this.#holdForOne(),
      budget: new TokenBucket(this.#frameRate),
      ended: this.#ended,
      taken: ({ session }) => this.#sendUp?.({ kind: "drained", connection: session }),
    });
    ws.data.socket = socket;
    this.#sockets.set(socket.session, socket);
    this.#heartbeat.add(socket);
    if (this.#sendUp) openSession(socket, this.#sendUp);
  }

  #take(socket: BrowserSocket, payload: string | Buffer): void {
    this.#bytes.in += Buffer.byteLength(payload);
    if (socket.isLeaving) return;
    this.#upward.take(socket, typeof payload === "string" ? payload : BINARY);
  }

  readonly #ended = (socket: BrowserSocket): void => {
    if (!this.#sockets.delete(socket.session)) return;
    this.#heartbeat.remove(socket);
    this.#upward.drop(socket);
    this.#sendUp?.({ kind: "close", connection: socket.session });
  };
}

/** Opens a socket's session on a link that knows nothing of it yet. */
function openSession(socket: BrowserSocket, send: SendUp): void {
  socket.isWelcome = false;
  socket.unsubscribe();
  send({ kind: "open", connection: socket.session, details: socket.details });
}
