import type { PresenceEntry } from "@parley/contracts/frames";
import { LIMITS } from "@parley/contracts/limits";
import type { Hub } from "./hub.ts";
import type { Session } from "./session.ts";

/** At most one `presence` frame in this time, in milliseconds. */
const GATHER = 1_000;

export interface PresenceDeps {
  hub: Hub;
  /** For each of the users, those with whom a live block stands, either way. */
  blockedWith(users: readonly string[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  readLastSeen(users: readonly string[]): Promise<ReadonlyMap<string, Date | null>>;
  saveLastSeen(users: readonly string[], at: Date): Promise<void>;
  fail(error: unknown): void;
}

export type Presence = ReturnType<typeof createPresence>;

/** Knows who is online here, and tells those who may know it. */
export function createPresence(deps: PresenceDeps) {
  const { hub } = deps;
  const online = new Set<string>();
  const leaving = new Map<string, Timer>();
  /** The chats of those who went, until their going was told. */
  const lastChats = new Map<string, ReadonlySet<string>>();
  let changed = new Map<string, Date | null>();
  let gathering: Timer | undefined;
  let told = 0;

  function note(user: string, lastSeen: Date | null): void {
    changed.set(user, lastSeen);
    gathering ??= setTimeout(tell, Math.max(0, told + GATHER - Date.now()));
  }

  async function tell(): Promise<void> {
    const news = changed;
    changed = new Map();
    gathering = undefined;
    told = Date.now();
    await tellPeers(news).catch(deps.fail);
  }

  async function tellPeers(news: ReadonlyMap<string, Date | null>): Promise<void> {
    const blocked = await deps.blockedWith([...news.keys()]);
    const frames = new Map<Session, PresenceEntry[]>();
    for (const [user, lastSeen] of news)
      for (const reader of readersOf(user))
        if (!blocked.get(user)?.has(reader.user)) {
          const entries = frames.get(reader) ?? [];
          entries.push(entry(user, lastSeen));
          frames.set(reader, entries);
        }
    for (const [reader, users] of frames) deliver(reader, users);
  }

  /** The sessions of others that share a chat with a user, as far as this server knows. */
  function readersOf(user: string): Set<Session> {
    const readers = new Set<Session>();
    for (const chat of chatsOf(user))
      for (const reader of hub.sessionsIn(chat)) if (reader.user !== user) readers.add(reader);
    return readers;
  }

  /** The chats of a user who is online, or was until a moment ago. */
  function chatsOf(user: string): ReadonlySet<string> {
    const [session] = hub.sessionsOf(user);
    return session ? hub.chatsOf(session) : (lastChats.get(user) ?? new Set());
  }

  function entry(user: string, lastSeen: Date | null): PresenceEntry {
    return { id: user, online: online.has(user), lastSeenAt: lastSeen?.toISOString() ?? null };
  }

  function leave(user: string): void {
    leaving.delete(user);
    online.delete(user);
    const now = new Date();
    deps.saveLastSeen([user], now).catch(deps.fail);
    note(user, now);
  }

  /** Names all who are online to a session that has just come. */
  async function introduce(session: Session): Promise<void> {
    const peers = [...online].filter((user) => user !== session.user && sharesChat(session, user));
    const blocked = (await deps.blockedWith([session.user])).get(session.user);
    const visible = peers.filter((peer) => !blocked?.has(peer));
    deliver(
      session,
      visible.map((peer) => entry(peer, null)),
    );
  }

  return {
    isOnline: (user: string) => online.has(user),

    /** A session was opened: its user is online, and it learns who else is. */
    async arrived(session: Session): Promise<void> {
      const { user } = session;
      clearTimeout(leaving.get(user));
      leaving.delete(user);
      lastChats.delete(user);
      if (!online.has(user)) {
        online.add(user);
        note(user, null);
      }
      await introduce(session);
    },

    /** Called before a session is forgotten: after its user's last one they are offline, with some grace. */
    left(session: Session): void {
      const { user } = session;
      if (hub.sessionsOf(user).size > 1 || leaving.has(user)) return;
      lastChats.set(user, new Set(hub.chatsOf(session)));
      const timer = setTimeout(() => {
        leave(user);
        setTimeout(() => !online.has(user) && lastChats.delete(user), 2 * GATHER);
      }, LIMITS.offlineGrace);
      leaving.set(user, timer);
    },

    /** A block between two was made or has ended: each learns what they may know of the other now. */
    async relationChanged(a: string, b: string): Promise<void> {
      const hidden = (await deps.blockedWith([a])).get(a)?.has(b) === true;
      const lastSeen = hidden ? new Map<string, Date | null>() : await deps.readLastSeen([a, b]);
      for (const [reader, other] of [
        [a, b],
        [b, a],
      ] as const)
        for (const session of hub.sessionsOf(reader))
          if (sharesChat(session, other))
            deliver(session, [
              hidden
                ? { id: other, online: false, lastSeenAt: null }
                : entry(other, lastSeen.get(other) ?? null),
            ]);
    },

    /** The server ends: whoever is online was last seen now. */
    async [Symbol.asyncDispose]() {
      clearTimeout(gathering);
      for (const timer of leaving.values()) clearTimeout(timer);
      await deps.saveLastSeen([...online], new Date());
    },
  };

  function sharesChat(session: Session, other: string): boolean {
    const mine = hub.chatsOf(session);
    return [...chatsOf(other)].some((chat) => mine.has(chat));
  }
}

function deliver(session: Session, users: PresenceEntry[]): void {
  session.deliver(JSON.stringify({ type: "presence", users }));
}
