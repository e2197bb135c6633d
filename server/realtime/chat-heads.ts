import type { ChatId } from "@parley/contracts/ids";

/** How far this server has published each chat. */
export class ChatHeads {
  /** The newest published `seq` of each chat that has followers. */
  readonly #followed = new Map<string, number>();
  /**
   * Last published `seq` of chats without followers, kept while connections are initialising: their list
   * of chats may be older than it.
   */
  readonly #unfollowed = new Map<string, number>();
  #moved = new Set<string>();

  /** @returns undefined where the head is unknown, as for every chat without followers. */
  get(chat: ChatId): number | undefined {
    return this.#followed.get(chat);
  }

  /** Takes over a head that was read from the database, unless a newer one is known. */
  start(chat: ChatId, head: number): void {
    if (!this.#followed.has(chat)) this.#followed.set(chat, head);
  }

  advance(chat: ChatId, seq: number): void {
    this.#followed.set(chat, seq);
    this.#moved.add(chat);
  }

  advanceUnfollowed(chat: ChatId, seq: number): void {
    this.#unfollowed.set(chat, seq);
  }

  /** @param keep whether a connection that is initialising may still need the head. */
  unfollow(chat: ChatId, keep: boolean): void {
    const head = this.#followed.get(chat);
    if (head !== undefined && keep) this.#unfollowed.set(chat, head);
    this.#followed.delete(chat);
  }

  /** @returns the newer of a head that was read and the one published while the chat had no followers. */
  latest(chat: ChatId, read: number | undefined): number | undefined {
    const published = this.#unfollowed.get(chat);
    return read === undefined || published === undefined
      ? (read ?? published)
      : Math.max(read, published);
  }

  clearUnfollowed(): void {
    this.#unfollowed.clear();
  }

  markMoved(chat: ChatId): void {
    this.#moved.add(chat);
  }

  /** Takes out the chats whose head moved since the last call, each with its head. */
  *takeMoved(): Generator<readonly [chat: string, head: number]> {
    const moved = this.#moved;
    this.#moved = new Set();
    for (const chat of moved) {
      const head = this.#followed.get(chat);
      if (head !== undefined) yield [chat, head];
    }
  }
}
