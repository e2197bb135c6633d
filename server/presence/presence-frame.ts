/** One person as they stand in a frame. */
export interface FrameEntry {
  readonly user: string;
  /** An encoded entry. */
  readonly text: string;
  /** When it became news: later news has a higher number. */
  readonly at: number;
}

/**
 * People as pieces of a frame, encoded once for all who hear of them: each reader's frame is cut out of it.
 *
 * A roster grows by a chat's people into another, which holds only what the chat adds. So readers
 * with different chats but the same people come to the same roster, and none is held twice.
 */
export class PresenceFrameEncoder {
  readonly #parent: PresenceFrameEncoder | undefined;
  readonly #grown = new Map<string, PresenceFrameEncoder>();
  readonly #places = new Map<string, number>();
  readonly #times: number[] = [];
  /** Where each piece starts in the text, and at last where the text ends. */
  readonly #starts: number[] = [];
  readonly #text: string;

  /** @param pieces in the order of their time. */
  constructor(pieces: readonly FrameEntry[] = [], parent?: PresenceFrameEncoder) {
    this.#parent = parent;
    let text = "";
    for (const { user, text: piece, at } of pieces) {
      this.#places.set(user, this.#times.push(at) - 1);
      this.#starts.push(text.length);
      text += `${piece},`;
    }
    this.#starts.push(text.length);
    this.#text = text;
  }

  has(user: string): boolean {
    return this.#places.has(user) || this.#parent?.has(user) === true;
  }

  /** This roster and a chat's people; the same where they are all in it. */
  with(chat: string, people: readonly FrameEntry[]): PresenceFrameEncoder {
    return this.#grown.getOrInsertComputed(chat, () => {
      const added = people.filter(({ user }) => !this.has(user));
      return added.length === 0 ? this : new PresenceFrameEncoder(added, this);
    });
  }

  /** The pieces newer than `after`, but for some users’, each with a comma behind it. */
  cut(after: number, without: ReadonlySet<string>): string {
    const first = this.#firstAfter(after);
    let from = this.#starts[first] ?? 0;
    let text = this.#parent?.cut(after, without) ?? "";
    for (const place of this.#placesOf(without)) {
      if (place < first) continue;
      text += this.#text.slice(from, this.#starts[place]);
      from = this.#starts[place + 1] ?? from;
    }
    return text + this.#text.slice(from);
  }

  #placesOf(users: ReadonlySet<string>): number[] {
    const places: number[] = [];
    for (const user of users) {
      const place = this.#places.get(user);
      if (place !== undefined) places.push(place);
    }
    return places.sort((a, b) => a - b);
  }

  #firstAfter(time: number): number {
    let [low, high] = [0, this.#times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/**
 * Makes rosters of what there is to tell of each chat.
 * @returns the roster of all that is told of a reader’s chats: one for all readers to whom the same is told.
 */
export function createFrameEncoders(peopleIn: ReadonlyMap<string, readonly FrameEntry[]>) {
  const none = new PresenceFrameEncoder();
  const size = (chat: string) => peopleIn.get(chat)?.length ?? 0;
  // The largest first: smaller chats of the same people add nothing to it.
  const chats = [...peopleIn.keys()].sort((a, b) => size(b) - size(a));
  const ranks = new Map(chats.map((chat, rank) => [chat, rank]));
  const rankOf = (chat: string) => ranks.get(chat) ?? 0;

  return function rosterOf(followed: ReadonlySet<string>): PresenceFrameEncoder {
    const told =
      followed.size < chats.length
        ? [...followed].filter((chat) => ranks.has(chat)).sort((a, b) => rankOf(a) - rankOf(b))
        : chats.filter((chat) => followed.has(chat));
    return told.reduce((roster, chat) => roster.with(chat, peopleIn.get(chat) ?? []), none);
  };
}
