import type { ConnectionDetails } from "@parley/contracts/link";
import type { TokenBucket } from "@parley/platform/async/token-bucket";
import { GracefulClose } from "@parley/platform/sockets/graceful-close";
import type { HeldFrames } from "./held-frames.ts";

/** What Bun keeps with each WebSocket; `socket` is there from its `open` on. */
export interface BrowserSocketData {
  readonly details: ConnectionDetails;
  /** Gives back the place that the connection takes among its user's and its address's. */
  readonly leave: () => void;
  socket?: BrowserSocket;
}

export interface BrowserSocketDeps {
  /** What can't go up yet. */
  readonly held: HeldFrames;
  /** How many frames it may send just now. */
  readonly budget: TokenBucket;
  /** Called when the session ends, which is at the latest when the socket does; perhaps twice. */
  readonly ended: (socket: BrowserSocket) => void;
  /** Called once for each time it was asked for, when nothing waits for the reader any more. */
  readonly taken: (socket: BrowserSocket) => void;
}

/** One browser's WebSocket, and what the gateway remembers of it. */
export class BrowserSocket {
  /** Whether the server welcomed the session on the link that stands now. */
  isWelcome = false;
  readonly #parting: GracefulClose;
  #isAsked = false;

  constructor(
    readonly session: number,
    private readonly ws: Bun.ServerWebSocket<BrowserSocketData>,
    private readonly deps: BrowserSocketDeps,
  ) {
    this.#parting = new GracefulClose(ws);
  }

  get held(): HeldFrames {
    return this.deps.held;
  }

  get budget(): TokenBucket {
    return this.deps.budget;
  }

  get details(): string {
    return JSON.stringify(this.ws.data.details);
  }

  get isLeaving(): boolean {
    return this.#parting.isClosing;
  }

  get isPaused(): boolean {
    return this.ws.isPaused;
  }

  /** Bytes that the reader has yet to take. */
  get waiting(): number {
    return this.ws.getBufferedAmount();
  }

  deliver(payload: string): void {
    if (!this.isLeaving) this.ws.sendText(payload);
  }

  subscribe(topics: readonly string[]): void {
    if (this.isLeaving) return;
    for (const topic of topics) this.ws.subscribe(topic);
  }

  unsubscribe(topics: readonly string[] = this.ws.subscriptions): void {
    for (const topic of topics) this.ws.unsubscribe(topic);
  }

  ping(): void {
    this.ws.ping();
  }

  /** Reads nothing more for now; what Bun has read already still comes. */
  pause(): void {
    if (!this.isPaused) this.ws.pause();
  }

  resume(): void {
    if (this.isPaused) this.ws.resume();
  }

  /**
   * Ends the session at once, however long the socket takes to part from a slow reader. One that is
   * not read would never be seen to end, so it is read again, and heard no more.
   */
  close(code: number, reason: string): void {
    this.deps.ended(this);
    this.resume();
    this.#parting.close(code, reason);
  }

  /** Asks whether the reader has taken all that it was sent, or to be told when it has. */
  ask(): void {
    this.#isAsked = true;
    this.#tellTaken();
  }

  drained(): void {
    this.#parting.drained();
    this.#tellTaken();
  }

  #tellTaken(): void {
    if (!this.#isAsked || this.waiting > 0) return;
    this.#isAsked = false;
    this.deps.taken(this);
  }

  closed(): void {
    this.deps.ended(this);
    this.ws.data.leave();
    this.#parting.closed();
  }
}
