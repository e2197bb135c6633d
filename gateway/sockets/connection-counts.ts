import type { UserId } from "@parley/contracts/ids";

/** How many connections may be open at once. */
export interface ConnectionLimits {
  readonly perUser: number;
  /** For each IPv4 address or IPv6 /64. */
  readonly perAddress: number;
}

/** Whose limit is reached. */
export type LimitKind = "user" | "ip";

/** Gives the place of a connection back; further calls do nothing. */
export type ReleasePlace = () => void;

/**
 * Counts the open connections of each user and of each address.
 *
 * An implementation that counts in memory returns its result at once, because a promise costs each
 * request; one that counts outside of the process returns a promise.
 */
export interface ConnectionCounts {
  /** Takes a place for a connection, or returns whose limit is reached; a refusal takes no place. */
  take(user: UserId, address: string): PlaceResult | Promise<PlaceResult>;
}

export type PlaceResult = LimitKind | ReleasePlace;
