import { CLOSES } from "@parley/contracts/closes";
import { LIMITS } from "@parley/contracts/limits";
import type { ServerWebSocket } from "bun";
import type { Connection } from "./connection.ts";
import type { Close, Session } from "./session.ts";

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

  constructor(socket: ServerWebSocket<ClientSocketData>) {
    this.user = socket.data.user;
    this.sid = socket.data.sid;
    this.#socket = socket;
  }

  deliver(frame: string): void {
    this.#socket.send(frame);
    if (this.#socket.getBufferedAmount() > LIMITS.waiting) this.close(CLOSES.tooSlow);
  }

  subscribe(topics: readonly string[]): void {
    for (const topic of topics) this.#socket.subscribe(topic);
  }

  unsubscribe(topics: readonly string[]): void {
    for (const topic of topics) this.#socket.unsubscribe(topic);
  }

  close({ code, reason }: Close): void {
    this.#socket.close(code, reason);
  }
}
