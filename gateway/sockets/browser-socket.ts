import type { LinkedSession } from "@parley/contracts/link";
import { createHeldFrames } from "./held-frames.ts";
import type { Strikes } from "./strikes.ts";

/** Milliseconds that a reader gets for what still waits for it before it is cut off. */
const PATIENCE_MS = 30_000;

/** What Bun keeps with each WebSocket; `socket` is there from its `open` on. */
export interface BrowserSocketData {
  readonly details: LinkedSession;
  socket?: BrowserSocket;
}

type Leaving = { readonly code: number; readonly reason: string; readonly cutOff: Timer };

/** One browser's WebSocket, and what the gateway remembers of it. */
export class BrowserSocket {
  readonly held = createHeldFrames();
  strikes: Strikes = [];
  #leaving: Leaving | null = null;

  constructor(
    readonly session: number,
    private readonly ws: Bun.ServerWebSocket<BrowserSocketData>,
  ) {}

  get details(): string {
    return JSON.stringify(this.ws.data.details);
  }

  get isLeaving(): boolean {
    return this.#leaving !== null || this.ws.readyState !== WebSocket.OPEN;
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

  /**
   * Closes after what already waits for the reader. Bun would keep a closed socket for as long as its
   * peer reads nothing; so the close waits for the reader here, and not for ever.
   */
  close(code: number, reason: string): void {
    if (this.isLeaving) return;
    this.unsubscribe();
    if (this.waiting === 0) this.ws.close(code, reason);
    else this.#leaving = { code, reason, cutOff: this.#cutOffLater() };
  }

  /** The reader took something of what waited. */
  drained(): void {
    if (this.#leaving && this.waiting === 0)
      this.ws.close(this.#leaving.code, this.#leaving.reason);
  }

  closed(): void {
    if (this.#leaving) clearTimeout(this.#leaving.cutOff);
  }

  #cutOffLater(): Timer {
    return setTimeout(() => this.ws.terminate(), PATIENCE_MS).unref();
  }
}
