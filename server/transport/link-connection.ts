import type { SessionId, UserId } from "@parley/contracts/ids";
import type { EgressFrame } from "@parley/contracts/link";
import type { Close, ServerConnection } from "../realtime/server-connection.ts";

/** What the connection of a browser needs of the link that carries it. */
export interface CarrierLink {
  /** Bytes that the gateway has not read yet. */
  readonly bufferedBytes: number;
  has(connection: number): boolean;
  send(frame: EgressFrame): void;
  /** Removes a connection that is closed. */
  drop(connection: number): void;
  /** Resolves when the browser has read everything that was sent to it, or is gone. */
  whenDrained(connection: number): Promise<void>;
  subscribe(topic: string): void;
  unsubscribe(topic: string): void;
}

/** A connection of a browser whose socket ends at a gateway. */
export class LinkConnection implements ServerConnection {
  readonly user: string;
  readonly sid: string;
  readonly #link: CarrierLink;
  readonly #number: number;
  readonly #topics = new Set<string>();

  constructor(link: CarrierLink, number: number, owner: { user: UserId; sid: SessionId }) {
    this.user = owner.user;
    this.sid = owner.sid;
    this.#link = link;
    this.#number = number;
  }

  get isClosing(): boolean {
    return !this.#link.has(this.#number);
  }

  get bufferedBytes(): number {
    return this.#link.bufferedBytes;
  }

  deliver(payload: string): void {
    if (this.#link.has(this.#number))
      this.#link.send({ kind: "deliver", connection: this.#number, payload });
  }

  whenDrained(): Promise<void> {
    return this.#link.whenDrained(this.#number);
  }

  subscribe(topics: readonly string[]): void {
    const added = topics.filter((topic) => !this.#topics.has(topic));
    if (added.length === 0) return;
    for (const topic of added) {
      this.#topics.add(topic);
      this.#link.subscribe(topic);
    }
    this.#link.send({ kind: "subscribe", connection: this.#number, topics: added });
  }

  unsubscribe(topics: readonly string[]): void {
    const removed = topics.filter((topic) => this.#topics.delete(topic));
    if (removed.length === 0) return;
    for (const topic of removed) this.#link.unsubscribe(topic);
    if (this.#link.has(this.#number))
      this.#link.send({ kind: "unsubscribe", connection: this.#number, topics: removed });
  }

  isSubscribed(topic: string): boolean {
    return this.#topics.has(topic);
  }

  close({ code, reason }: Close): void {
    if (!this.#link.has(this.#number)) return;
    this.#link.send({ kind: "close", connection: this.#number, code, reason });
    this.#link.drop(this.#number);
  }
}
