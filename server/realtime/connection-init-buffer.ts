import type { ChatId } from "@parley/contracts/ids";
import type { ServerConnection } from "./server-connection.ts";

/** A chat of a user, and its newest `seq` when it was read. */
export interface ChatHead {
  readonly id: ChatId;
  readonly last_seq: number;
  /** Whether the user was put into the chat and has not accepted. */
  readonly is_request: boolean;
}

/** Holds what concerns a connection while its list of chats is read: nothing is delivered before the welcome. */
export class ConnectionInitBuffer {
  readonly #joined = new Set<string>();
  readonly #left = new Set<string>();
  readonly #accepted = new Set<string>();
  readonly #held: string[] = [];

  join(chat: ChatId): void {
    this.#left.delete(chat);
    this.#joined.add(chat);
  }

  leave(chat: ChatId): void {
    this.#joined.delete(chat);
    this.#left.add(chat);
  }

  accept(chat: ChatId): void {
    this.#accepted.add(chat);
  }

  hold(frame: string): void {
    this.#held.push(frame);
  }

  /** The chats of the user after the changes held here; with its head where the chat was read. */
  *chats(read: readonly ChatHead[]): Generator<readonly [chat: string, head?: number]> {
    for (const { id, last_seq } of read) if (!this.#left.has(id)) yield [id, last_seq];
    for (const id of this.#joined) yield [id];
  }

  /** The chats that the user has not accepted, after the changes held here. */
  *requests(read: readonly ChatHead[]): Generator<ChatId> {
    for (const { id, is_request } of read)
      if (is_request && !this.#left.has(id) && !this.#joined.has(id) && !this.#accepted.has(id))
        yield id;
  }

  deliverHeld(connection: ServerConnection): void {
    for (const frame of this.#held) connection.deliver(frame);
  }
}
