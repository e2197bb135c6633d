import type { SessionId, UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";

/** What a request rests on of its session, as the database had it. Times are in milliseconds since 1970. */
export interface StoredSession {
  readonly user: UserId;
  readonly role: User["role"];
  /** Infinite for a suspension without an end; null without a suspension. */
  readonly suspendedUntil: number | null;
  readonly expiresAt: number;
  /** The time that is stored, or is about to be. */
  lastSeenAt: number;
}

/** @returns the session as the database has it now; null when it has ended. */
export type ReadSession = (sid: SessionId) => Promise<StoredSession | null>;

/** A session of the cache: a promise while it is read. */
interface Entry {
  /** When the read began, by `performance.now()`. */
  readonly readAt: number;
  session?: StoredSession | Promise<StoredSession | null>;
}

/**
 * Caches active sessions for `maxAgeMs`, counted from the beginning of the read that brought them: what
 * ends a session, or changes its user, takes effect within that time, whoever did it and on whichever
 * server. `forget` makes it take effect here at once.
 *
 * A session that is read while it ends is not cached afterwards: an entry is in the cache from the
 * beginning of its read, and the result is written into the entry, which `forget` has taken out.
 * A session that is not active is never cached.
 * @param options.maxEntries the number of cached sessions; the one that was read first is evicted.
 */
export function createSessionCache(
  read: ReadSession,
  { maxAgeMs = 1_000, maxEntries = 10_000, now = performance.now.bind(performance) } = {},
) {
  /** In the order of their reads. */
  const entries = new Map<SessionId, Entry>();

  const isFresh = ({ readAt }: Entry) => now() - readAt < maxAgeMs;

  /** Reads a session, and caches it from now on. */
  function refresh(sid: SessionId): Promise<StoredSession | null> {
    const entry: Entry = { readAt: now() };
    entries.delete(sid);
    entries.set(sid, entry);
    evict();
    const reading = readInto(entry, sid);
    entry.session = reading;
    return reading;
  }

  async function readInto(entry: Entry, sid: SessionId): Promise<StoredSession | null> {
    let session: StoredSession | null = null;
    try {
      session = await read(sid);
      if (session && !isActive(session, Date.now())) session = null;
    } finally {
      if (session) entry.session = session;
      else if (entries.get(sid) === entry) entries.delete(sid);
    }
    return session;
  }

  function evict(): void {
    for (const [sid, entry] of entries) {
      if (entries.size <= maxEntries && isFresh(entry)) break;
      entries.delete(sid);
    }
  }

  return {
    /** @returns the session, without a promise if it is cached; null when it is not active. */
    find(sid: SessionId): StoredSession | Promise<StoredSession | null> {
      const entry = entries.get(sid);
      if (!entry?.session || !isFresh(entry)) return refresh(sid);
      const { session } = entry;
      return session instanceof Promise || isActive(session, Date.now()) ? session : refresh(sid);
    },

    refresh,

    /** To be called after sessions ended or changed in the database. */
    forget(sids: Iterable<SessionId>): void {
      for (const sid of sids) entries.delete(sid);
    },
  };
}

/** Whether a session is valid at a time: neither expired nor its user suspended. */
function isActive({ expiresAt, suspendedUntil }: StoredSession, at: number): boolean {
  return expiresAt > at && (suspendedUntil === null || suspendedUntil <= at);
}
