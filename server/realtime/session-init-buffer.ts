import type { Session } from "./session.ts";

/** A chat, and its newest `seq` where it was read. */
export interface ChatHead {
  readonly id: string;
  readonly last_seq: number;
}

/** What happens to a session while its chats are read: it hears nothing of it before its welcome. */
export class SessionInitBuffer {
  readonly #joined = new Set<string>();
  readonly #left = new Set<string>();
  readonly #held: string[] = [];

  join(chat: string): void {
    this.#left.delete(chat);
    this.#joined.add(chat);
  }

  leave(chat: string): void {
    this.#joined.delete(chat);
    this.#left.add(chat);
  }

  hold(frame: string): void {
    this.#held.push(frame);
  }

  /** The chats that its user is in by now, with the head of each that was read. */
  *chats(read: readonly ChatHead[]): Generator<readonly [chat: string, head?: number]> {
    for (const { id, last_seq } of read) if (!this.#left.has(id)) yield [id, last_seq];
    for (const id of this.#joined) yield [id];
  }

  deliverHeld(session: Session): void {
    for (const frame of this.#held) session.deliver(frame);
  }
}
