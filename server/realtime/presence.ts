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
  /** The sessions that were told who is online: news before that would only confuse them. */
  const introduced = new WeakSet<Session>();
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
        if (introduced.has(reader) && !blocked.get(user)?.has(reader.user)) {
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
    const blocked = (await deps.blockedWith([session.user])).get(session.user);
    const peers = peersIn(hub.chatsOf(session)).difference(blocked ?? new Set());
    peers.delete(session.user);
    introduced.add(session);
    deliver(
      session,
      [...peers].map((peer) => entry(peer, null)),
    );
  }

  /** Who is online and in one of the chats; who went a moment ago still counts. */
  function peersIn(chats: ReadonlySet<string>): Set<string> {
    const peers = new Set<string>();
    for (const chat of chats) for (const { user } of hub.sessionsIn(chat)) peers.add(user);
    for (const user of leaving.keys())
      if (!chats.isDisjointFrom(lastChats.get(user) ?? new Set())) peers.add(user);
    return peers.intersection(online);
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

    /** A user came into a chat: they and those who are there learn of each other. */
    async joined(user: string, chat: string): Promise<void> {
      if (!online.has(user)) return;
      note(user, null);
      const blocked = (await deps.blockedWith([user])).get(user);
      const peers = peersIn(new Set([chat])).difference(blocked ?? new Set());
      peers.delete(user);
      if (peers.size === 0) return;
      const entries = [...peers].map((peer) => entry(peer, null));
      for (const session of hub.sessionsOf(user))
        if (introduced.has(session)) deliver(session, entries);
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
    return !hub.chatsOf(session).isDisjointFrom(chatsOf(other));
  }
}

function deliver(session: Session, users: PresenceEntry[]): void {
  session.deliver(JSON.stringify({ type: "presence", users }));
}
