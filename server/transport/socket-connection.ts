import { CLOSES } from "@parley/contracts/closes";
import type { SessionId, UserId } from "@parley/contracts/ids";
import { DrainWaiter } from "@parley/platform/sockets/drain-waiter";
import { GracefulClose } from "@parley/platform/sockets/graceful-close";
import type { ServerWebSocket } from "bun";
import type { ConnectionReceiver } from "../realtime/connection.ts";
import type { Close, ServerConnection } from "../realtime/server-connection.ts";

/** The data of a client's own socket. */
export interface ClientSocketData {
  readonly kind: "client";
  readonly user: UserId;
  readonly sid: SessionId;
  receiver?: ConnectionReceiver;
}

/** A connection over a WebSocket of its own, at `/service/ws`. */
export class SocketConnection implements ServerConnection {
  readonly user: string;
  readonly sid: string;
  readonly #socket: ServerWebSocket<ClientSocketData>;
  readonly #gracefulClose: GracefulClose;
  readonly #drainWaiter = new DrainWaiter();

  /** @param noteSent counts the characters that are sent, so that slow readers are found. */
  constructor(
    socket: ServerWebSocket<ClientSocketData>,
    private readonly noteSent: (characters: number) => void,
  ) {
    this.user = socket.data.user;
    this.sid = socket.data.sid;
    this.#socket = socket;
    this.#gracefulClose = new GracefulClose(socket);
  }

  get isClosing(): boolean {
    return this.#gracefulClose.isClosing;
  }

  get bufferedBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  deliver(frame: string): void {
    if (this.#gracefulClose.isClosing) return;
    this.#socket.send(frame);
    this.noteSent(frame.length);
  }

  closeAsSlow(): void {
    this.close(CLOSES.tooSlow);
  }

  terminate(): void {
    this.#gracefulClose.terminate();
  }

  async whenDrained(): Promise<void> {
    if (this.#gracefulClose.isClosing || this.bufferedBytes === 0) return;
    await this.#drainWaiter.wait();
  }

  drained(): void {
    this.#gracefulClose.drained();
    if (this.bufferedBytes === 0) this.#drainWaiter.release();
  }

  closed(): void {
    this.#gracefulClose.closed();
    this.#drainWaiter.release();
  }

  subscribe(topics: readonly string[]): void {
    if (this.#gracefulClose.isClosing) return;
    for (const topic of topics) this.#socket.subscribe(topic);
  }

  unsubscribe(topics: readonly string[]): void {
    for (const topic of topics) this.#socket.unsubscribe(topic);
  }

  isSubscribed(topic: string): boolean {
    return this.#socket.isSubscribed(topic);
  }

  close({ code, reason }: Close): void {
    this.#gracefulClose.close(code, reason);
  }
}
