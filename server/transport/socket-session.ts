import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";
import { DrainWaiter } from "@parley/platform/sockets/drain-waiter";
import { GracefulClose } from "@parley/platform/sockets/graceful-close";
import type { ServerWebSocket } from "bun";
import type { Connection } from "../realtime/connection.ts";
import type { Close, Session } from "../realtime/session.ts";

/** What a socket of its own carries: whose it is, and the connection once it is open. */
export interface ClientSocketData {
  readonly kind: "client";
  readonly user: string;
  readonly sid: string;
  connection?: Connection;
}

/** A session over a WebSocket of its own, at `/service/ws`. */
export class SocketSession implements Session {
  readonly user: string;
  readonly sid: string;
  readonly #socket: ServerWebSocket<ClientSocketData>;
  readonly #parting: GracefulClose;
  readonly #drainWaiter = new DrainWaiter();

  constructor(socket: ServerWebSocket<ClientSocketData>) {
    this.user = socket.data.user;
    this.sid = socket.data.sid;
    this.#socket = socket;
    this.#parting = new GracefulClose(socket);
  }

  get isClosing(): boolean {
    return this.#parting.isClosing;
  }

  get bufferedBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  deliver(frame: string): void {
    if (this.#parting.isClosing) return;
    this.#socket.send(frame);
    this.closeIfSlow();
  }

  closeIfSlow(): void {
    if (this.bufferedBytes > LIMITS.maxBackpressureBytes) this.close(CLOSES.tooSlow);
  }

  async whenDrained(): Promise<void> {
    if (this.#parting.isClosing || this.bufferedBytes === 0) return;
    await this.#drainWaiter.wait();
  }

  drained(): void {
    this.#parting.drained();
    if (this.bufferedBytes === 0) this.#drainWaiter.release();
  }

  closed(): void {
    this.#parting.closed();
    this.#drainWaiter.release();
  }

  subscribe(topics: readonly string[]): void {
    if (this.#parting.isClosing) return;
    for (const topic of topics) this.#socket.subscribe(topic);
  }

  unsubscribe(topics: readonly string[]): void {
    for (const topic of topics) this.#socket.unsubscribe(topic);
  }

  isSubscribed(topic: string): boolean {
    return this.#socket.isSubscribed(topic);
  }

  close({ code, reason }: Close): void {
    this.#parting.close(code, reason);
  }
}
