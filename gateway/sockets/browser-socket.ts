import type { LinkedSession } from "@parley/contracts/link";
import { Parting } from "@parley/platform/parting";
import type { HeldFrames } from "./held-frames.ts";

/** What Bun keeps with each WebSocket; `socket` is there from its `open` on. */
export interface BrowserSocketData {
  readonly details: LinkedSession;
  socket?: BrowserSocket;
}

/** One browser's WebSocket, and what the gateway remembers of it. */
export class BrowserSocket {
  readonly #parting: Parting;

  constructor(
    readonly session: number,
    private readonly ws: Bun.ServerWebSocket<BrowserSocketData>,
    /** What waits for a link. */
    readonly held: HeldFrames,
  ) {
    this.#parting = new Parting(ws);
  }

  get details(): string {
    return JSON.stringify(this.ws.data.details);
  }

  get isLeaving(): boolean {
    return this.#parting.isLeaving;
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

  close(code: number, reason: string): void {
    this.#parting.close(code, reason);
  }

  drained(): void {
    this.#parting.drained();
  }

  closed(): void {
    this.held.release();
    this.#parting.closed();
  }
}
