import { LIMITS } from "@parley/contracts/limits";
import { type Rate, TokenBucket } from "@parley/platform/async/token-bucket";
import { type FramePool, FrameQueue } from "@parley/platform/sockets/frame-queue";
import { createHeartbeat } from "@parley/platform/sockets/heartbeat";
import { createSlowReaderSweep } from "@parley/platform/sockets/slow-reader-sweep";
import type { LinkListener, SendToServer } from "../link/link.ts";
import type { ByteCounts, OverloadCounts } from "../metrics/traffic.ts";
import { BrowserSocket, type BrowserSocketData } from "./browser-socket.ts";
import { closeInBatches } from "./close-in-batches.ts";
import { createEgress, type Publish } from "./egress.ts";
import { createIngress } from "./ingress.ts";

/** Replaces the text of a binary frame. It is not JSON, so the server refuses and counts it like any invalid frame. */
const BINARY_FRAME_TEXT = "binary";
/** Bytes of frames that may be queued for all sockets together. */
const MAX_QUEUED_BYTES = 64 * 1024 * 1024;
/** Bun ends a socket for which more is buffered with 1006; a reader that is too slow is closed with 4429 before. */
const MAX_BUFFERED_BYTES = 2 * LIMITS.backlog.readerBytes;

export interface BrowserSocketsOptions {
  /** The rate of frames that one socket may send. */
  readonly frameRate: Rate;
  readonly heartbeatMs?: number;
  /** Where the bytes of messages are added up. */
  readonly bytes: ByteCounts;
  readonly overload: OverloadCounts;
}

/** Holds the browsers' WebSockets, and keeps them open while the link is down. */
export class BrowserSockets implements LinkListener, Disposable {
  readonly onFrame: LinkListener["onFrame"];
  readonly #sockets = new Map<number, BrowserSocket>();
  /** Also those whose connection on the link has ended, until they are closed. */
  readonly #unclosed = new Set<BrowserSocket>();
  readonly #slowReaders = createSlowReaderSweep(this.#unclosed);
  readonly #queuePool: FramePool = { freeBytes: MAX_QUEUED_BYTES };
  readonly #ingress;
  readonly #heartbeat;
  readonly #frameRate: Rate;
  readonly #bytes: ByteCounts;
  readonly #overload: OverloadCounts;
  #lastConnection = 0;
  #send: SendToServer | null = null;

  constructor(
    publish: Publish,
    { frameRate, heartbeatMs = LIMITS.heartbeatIntervalMs, bytes, overload }: BrowserSocketsOptions,
  ) {
    this.#frameRate = frameRate;
    this.#bytes = bytes;
    this.#overload = overload;
    this.#heartbeat = createHeartbeat<BrowserSocket>(heartbeatMs);
    const onSent = (size: number, readers: number) => {
      bytes.out += size * readers;
      this.#slowReaders.noteSent(size, readers);
    };
    const ingress = createIngress((reject) => {
      overload.refusedSends++;
      onSent(reject.length, 1);
    });
    this.#ingress = ingress;
    this.onFrame = createEgress({
      sockets: this.#sockets,
      publish,
      onSent,
      onDelivered(socket, payload) {
        ingress.welcome(socket);
        ingress.delivered(socket, payload);
      },
    });
  }

  /** Bun's handlers for all WebSockets of the gateway. */
  readonly handlers: Bun.WebSocketHandler<BrowserSocketData> = {
    maxPayloadLength: LIMITS.maxFrameBytes,
    perMessageDeflate: false,
    idleTimeout: 0,
    sendPings: false,
    backpressureLimit: MAX_BUFFERED_BYTES,
    closeOnBackpressureLimit: true,
    open: (ws) => this.#open(ws),
    message: ({ data: { socket } }, payload) => socket && this.#receive(socket, payload),
    drain: ({ data: { socket } }) => socket?.drained(),
    pong: ({ data: { socket } }, payload) => socket && this.#heartbeat.onPong(socket, payload),
    close: ({ data: { socket } }) => socket?.closed(),
  };

  get count(): number {
    return this.#sockets.size;
  }

  onUp(send: SendToServer): void {
    this.#send = send;
    for (const socket of this.#sockets.values()) openConnection(socket, send);
    this.#ingress.linkUp(send);
  }

  onDown(): void {
    this.#send = null;
    for (const socket of this.#sockets.values()) this.#ingress.disconnected(socket);
    this.#ingress.linkDown();
  }

  closeAll(): Promise<void> {
    return closeInBatches([...this.#sockets.values()]);
  }

  [Symbol.dispose](): void {
    this.#heartbeat[Symbol.dispose]();
    this.#slowReaders[Symbol.dispose]();
    this.#ingress[Symbol.dispose]();
  }

  #open(ws: Bun.ServerWebSocket<BrowserSocketData>): void {
    const socket = new BrowserSocket(++this.#lastConnection, ws, {
      queue: new FrameQueue(LIMITS.frameQueue.maxBytes, this.#queuePool),
      budget: new TokenBucket(this.#frameRate),
      onEnd: this.#onEnd,
      onSlow: () => {
        this.#overload.slowReaders++;
      },
      onTaken: this.#slowReaders.noteDrained,
      onClosed: (closed) => this.#unclosed.delete(closed),
      onDrained: ({ connection }) => this.#send?.({ kind: "drained", connection }),
    });
    ws.data.socket = socket;
    this.#sockets.set(socket.connection, socket);
    this.#unclosed.add(socket);
    this.#heartbeat.add(socket);
    if (this.#send) openConnection(socket, this.#send);
  }

  #receive(socket: BrowserSocket, payload: string | Buffer): void {
    this.#bytes.in += Buffer.byteLength(payload);
    if (socket.isClosing) return;
    this.#ingress.receive(socket, typeof payload === "string" ? payload : BINARY_FRAME_TEXT);
  }

  readonly #onEnd = (socket: BrowserSocket): void => {
    if (!this.#sockets.delete(socket.connection)) return;
    this.#heartbeat.remove(socket);
    this.#ingress.drop(socket);
    this.#send?.({ kind: "close", connection: socket.connection });
  };
}

/** Opens a socket's connection on a link that does not have it yet. */
function openConnection(socket: BrowserSocket, send: SendToServer): void {
  socket.isWelcome = false;
  socket.unsubscribe();
  send({ kind: "open", connection: socket.connection, details: socket.details });
}
