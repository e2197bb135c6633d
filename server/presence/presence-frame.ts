import type { ChatId, UserId } from "@parley/contracts/ids";

/** The entry of one user in a presence frame. */
export interface FrameEntry {
  readonly user: UserId;
  /** The encoded entry. */
  readonly text: string;
  /** The number of the change that made the entry; later changes have higher numbers. */
  readonly version: number;
}

/**
 * Presence entries that are encoded once for all readers: the frame of a reader is cut out of the text.
 *
 * Encoders form a tree. A child adds the entries of one chat to those of its parent, and holds only the
 * entries that its parent lacks. So readers with different chats but the same people share an encoder,
 * and no text is held twice.
 */
export class PresenceFrameEncoder {
  readonly #parent: PresenceFrameEncoder | undefined;
  readonly #children = new Map<string, PresenceFrameEncoder>();
  readonly #indexOf = new Map<string, number>();
  readonly #versions: number[] = [];
  /** The offset of each entry in the text, and of the end of the text. */
  readonly #offsets: number[] = [];
  readonly #text: string;

  /** @param entries in the order of their versions. */
  constructor(entries: readonly FrameEntry[] = [], parent?: PresenceFrameEncoder) {
    this.#parent = parent;
    let text = "";
    for (const { user, text: entry, version } of entries) {
      this.#indexOf.set(user, this.#versions.push(version) - 1);
      this.#offsets.push(text.length);
      text += `${entry},`;
    }
    this.#offsets.push(text.length);
    this.#text = text;
  }

  has(user: UserId): boolean {
    return this.#indexOf.has(user) || this.#parent?.has(user) === true;
  }

  /** @returns the encoder of these entries and those of a chat; itself where the chat adds none. */
  withChat(chat: ChatId, entries: readonly FrameEntry[]): PresenceFrameEncoder {
    return this.#children.getOrInsertComputed(chat, () => {
      const added = entries.filter(({ user }) => !this.has(user));
      return added.length === 0 ? this : new PresenceFrameEncoder(added, this);
    });
  }

  /** The entries with a version above `after`, except those of some users; each is followed by a comma. */
  entriesAfter(after: number, except: ReadonlySet<string>): string {
    const first = this.#firstAfter(after);
    let from = this.#offsets[first] ?? 0;
    let text = this.#parent?.entriesAfter(after, except) ?? "";
    for (const index of this.#indexesOf(except)) {
      if (index < first) continue;
      text += this.#text.slice(from, this.#offsets[index]);
      from = this.#offsets[index + 1] ?? from;
    }
    return text + this.#text.slice(from);
  }

  #indexesOf(users: ReadonlySet<UserId>): number[] {
    const indexes: number[] = [];
    for (const user of users) {
      const index = this.#indexOf.get(user);
      if (index !== undefined) indexes.push(index);
    }
    return indexes.sort((a, b) => a - b);
  }

  /** Binary search. */
  #firstAfter(version: number): number {
    let [low, high] = [0, this.#versions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#versions[middle] ?? 0) > version) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/**
 * Creates the encoders of the entries of each chat.
 * @returns a function from the chats of a reader to their encoder, which readers with the same entries share.
 */
export function createFrameEncoders(entriesByChat: ReadonlyMap<string, readonly FrameEntry[]>) {
  const root = new PresenceFrameEncoder();
  const size = (chat: ChatId) => entriesByChat.get(chat)?.length ?? 0;
  // Largest first, so that smaller chats of the same people add nothing.
  const chats = [...entriesByChat.keys()].sort((a, b) => size(b) - size(a));
  const ranks = new Map(chats.map((chat, rank) => [chat, rank]));
  const rankOf = (chat: ChatId) => ranks.get(chat) ?? 0;

  return function encoderOf(followed: ReadonlySet<string>): PresenceFrameEncoder {
    const relevant =
      followed.size < chats.length
        ? [...followed].filter((chat) => ranks.has(chat)).sort((a, b) => rankOf(a) - rankOf(b))
        : chats.filter((chat) => followed.has(chat));
    return relevant.reduce(
      (encoder, chat) => encoder.withChat(chat, entriesByChat.get(chat) ?? []),
      root,
    );
  };
}
