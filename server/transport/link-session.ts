import type { Close, Session } from "../realtime/session.ts";
import type { Link } from "./link.ts";

/** A session of a browser whose socket ends at a gateway. */
export class LinkSession implements Session {
  readonly user: string;
  readonly sid: string;
  readonly #link: Link;
  readonly #number: number;
  readonly #topics = new Set<string>();

  constructor(link: Link, number: number, owner: { user: string; sid: string }) {
    this.user = owner.user;
    this.sid = owner.sid;
    this.#link = link;
    this.#number = number;
  }

  get isClosing(): boolean {
    return !this.#link.has(this.#number);
  }

  get bufferedBytes(): number {
    return this.#link.waiting;
  }

  deliver(payload: string): void {
    if (this.#link.has(this.#number))
      this.#link.say({ kind: "deliver", connection: this.#number, payload });
  }

  whenDrained(): Promise<void> {
    return this.#link.untilTaken(this.#number);
  }

  subscribe(topics: readonly string[]): void {
    const added = topics.filter((topic) => !this.#topics.has(topic));
    if (added.length === 0) return;
    for (const topic of added) {
      this.#topics.add(topic);
      this.#link.listen(topic);
    }
    this.#link.say({ kind: "subscribe", connection: this.#number, topics: added });
  }

  unsubscribe(topics: readonly string[]): void {
    const removed = topics.filter((topic) => this.#topics.delete(topic));
    if (removed.length === 0) return;
    for (const topic of removed) this.#link.unlisten(topic);
    if (this.#link.has(this.#number))
      this.#link.say({ kind: "unsubscribe", connection: this.#number, topics: removed });
  }

  isSubscribed(topic: string): boolean {
    return this.#topics.has(topic);
  }

  close({ code, reason }: Close): void {
    if (!this.#link.has(this.#number)) return;
    this.#link.say({ kind: "close", connection: this.#number, code, reason });
    this.#link.drop(this.#number);
  }
}
