import type { UserId } from "@parley/contracts/ids";

/** Changes that were not sent yet; each has a number, its version, and later changes have higher numbers. */
export interface PresenceChanges {
  /** Users who came online or went offline; with the time of their last connection's end where they are offline. */
  readonly status: Map<string, { version: number; lastSeen: Date | null }>;
  /** Users who joined chats while online, with the versions by chat. */
  readonly joined: Map<string, Map<string, number>>;
  /** The pairs of users between whom a block was made or ended, in both directions. */
  readonly blockChanged: Map<string, Set<string>>;
  /** The users who left, by chat. */
  readonly left: Map<string, Departure>;
}

/** The users who left one chat, and everyone who was in the chat: any of these may know of any of those. */
export interface Departure {
  version: number;
  readonly leavers: Set<string>;
  readonly people: Set<UserId>;
}

export function noChanges(): PresenceChanges {
  return { status: new Map(), joined: new Map(), blockChanged: new Map(), left: new Map() };
}

export function noDeparture(): Departure {
  return { version: 0, leavers: new Set(), people: new Set() };
}

export function hasChanges({ status, joined, blockChanged, left }: PresenceChanges): boolean {
  return status.size + joined.size + blockChanged.size + left.size > 0;
}

/** Sets a user's status; the latest change comes last in the iteration. */
export function setStatus(
  { status }: PresenceChanges,
  user: UserId,
  change: { version: number; lastSeen: Date | null },
): void {
  status.delete(user);
  status.set(user, change);
}

/** Joins changes that could not be sent with those that happened after them. */
export function mergeChanges(earlier: PresenceChanges, later: PresenceChanges): PresenceChanges {
  const merged: PresenceChanges = {
    status: new Map(earlier.status),
    joined: mergeBy(earlier.joined, later.joined, (chats, more) => new Map([...chats, ...more])),
    blockChanged: mergeBy(earlier.blockChanged, later.blockChanged, (others, more) =>
      others.union(more),
    ),
    left: mergeBy(earlier.left, later.left, (departure, { version, leavers, people }) => ({
      version,
      leavers: departure.leavers.union(leavers),
      people: departure.people.union(people),
    })),
  };
  for (const [user, change] of later.status) setStatus(merged, user, change);
  return merged;
}

function mergeBy<T>(
  earlier: ReadonlyMap<string, T>,
  later: ReadonlyMap<string, T>,
  merge: (earlier: T, later: T) => T,
): Map<string, T> {
  const merged = new Map(earlier);
  for (const [key, value] of later) {
    const before = merged.get(key);
    merged.set(key, before === undefined ? value : merge(before, value));
  }
  return merged;
}
