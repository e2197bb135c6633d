import { CLOSES } from "@parley/contracts/closes";
import type { UserId } from "@parley/contracts/ids";
import type { ConnectionDetails } from "@parley/contracts/link";
import type { TokenBucket } from "@parley/platform/async/token-bucket";
import { DrainWaiter } from "@parley/platform/sockets/drain-waiter";
import type { FrameQueue } from "@parley/platform/sockets/frame-queue";
import { GracefulClose } from "@parley/platform/sockets/graceful-close";
import type { SweptReader } from "@parley/platform/sockets/slow-reader-sweep";
import type { Sender } from "./send-admission.ts";

/** What Bun stores with each WebSocket; `socket` is set when it opens. */
export interface BrowserSocketData {
  readonly details: ConnectionDetails;
  readonly user: UserId;
  /** Releases the connection's place in the counts of its user and its address. */
  readonly release: () => void;
  socket?: BrowserSocket;
}

export interface BrowserSocketDeps {
  /** Frames that cannot be sent to the server yet. */
  readonly queue: FrameQueue;
  /** The rate of frames that the socket may send. */
  readonly budget: TokenBucket;
  /** Called when the connection ends, at the latest when the socket closes; it may be called twice. */
  readonly onEnd: (socket: BrowserSocket) => void;
  /** Called when the reader is closed because it is too slow. */
  readonly onSlow: () => void;
  /** Called when the reader has taken some of what is buffered. */
  readonly onTaken: (socket: BrowserSocket) => void;
  /** Called once when the socket is closed, after `onEnd`. */
  readonly onClosed: (socket: BrowserSocket) => void;
  /** Called once for the drain requests so far, when nothing is buffered for the reader. */
  readonly onDrained: (socket: BrowserSocket) => void;
}

/** One browser's WebSocket, and its connection on the link. */
export class BrowserSocket implements Sender, SweptReader {
  /** Whether the server has welcomed the connection on the current link. */
  isWelcome = false;
  unanswered = 0;
  readonly #closing: GracefulClose;
  readonly #drainWaiter = new DrainWaiter();

  constructor(
    readonly connection: number,
    private readonly ws: Bun.ServerWebSocket<BrowserSocketData>,
    private readonly deps: BrowserSocketDeps,
  ) {
    this.#closing = new GracefulClose(ws);
  }

  get queue(): FrameQueue {
    return this.deps.queue;
  }

  get budget(): TokenBucket {
    return this.deps.budget;
  }

  get details(): string {
    return JSON.stringify(this.ws.data.details);
  }

  get user(): UserId {
    return this.ws.data.user;
  }

  /** Bytes that the reader has not taken yet. */
  get bufferedBytes(): number {
    return this.ws.getBufferedAmount();
  }

  get isClosing(): boolean {
    return this.#closing.isClosing;
  }

  get isPaused(): boolean {
    return this.ws.isPaused;
  }

  deliver(payload: string): void {
    if (!this.isClosing) this.ws.sendText(payload);
  }

  subscribe(topics: readonly string[]): void {
    if (this.isClosing) return;
    for (const topic of topics) this.ws.subscribe(topic);
  }

  unsubscribe(topics: readonly string[] = this.ws.subscriptions): void {
    for (const topic of topics) this.ws.unsubscribe(topic);
  }

  ping(payload: string): void {
    this.ws.ping(payload);
  }

  /** Stops reading from the socket; frames that Bun has read already still arrive. */
  pause(): void {
    if (!this.isPaused) this.ws.pause();
  }

  resume(): void {
    if (this.isPaused) this.ws.resume();
  }

  /**
   * Ends the connection on the link at once; the socket closes later if its reader is slow. The socket
   * is resumed, because Bun reports no close of a socket that is not read; its frames are ignored.
   */
  close(code: number, reason: string): void {
    this.deps.onEnd(this);
    this.resume();
    this.#closing.close(code, reason);
  }

  closeAsSlow(): void {
    this.deps.onSlow();
    const { code, reason } = CLOSES.tooSlow;
    this.close(code, reason);
  }

  /** Ends the connection without a close frame, and frees what is buffered. */
  terminate(): void {
    this.#closing.terminate();
  }

  /** Calls `onDrained` as soon as the reader has taken all that was sent to it. */
  requestDrain(): void {
    if (this.bufferedBytes === 0) this.deps.onDrained(this);
    else if (!this.#drainWaiter.isWaiting)
      void this.#drainWaiter.wait().then(() => this.deps.onDrained(this));
  }

  drained(): void {
    this.#closing.drained();
    this.deps.onTaken(this);
    if (this.bufferedBytes === 0) this.#drainWaiter.release();
  }

  closed(): void {
    this.deps.onEnd(this);
    this.deps.onClosed(this);
    this.ws.data.release();
    this.#closing.closed();
  }
}
