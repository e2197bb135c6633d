import { CLOSES } from "@parley/contracts/closes";
import type { ChatEvent } from "@parley/contracts/events";
import type { ServerFrame } from "@parley/contracts/frames";
import { eventFrames } from "./event-frames.ts";
import { chatTopic, type Session } from "./session.ts";

/** Characters of a live frame of events: so many wait for a reader at a time, far from what cuts it off. */
const FRAME = 256 * 1024;

/** Hands one encoded frame to every subscriber of a topic; Bun's native publish does it. */
export type Publish = (topic: string, frame: string) => void;

/** What happens to a session while its chats are read. */
interface Opening {
  /** The chats that its user joined and left meanwhile: it hears none before its welcome. */
  readonly joined: Set<string>;
  readonly left: Set<string>;
  /** The frames for its user: the first that it hears is the welcome. */
  readonly held: string[];
}

export type Hub = ReturnType<typeof createHub>;

/** Knows which sessions are open here, which chats each follows, and how far each chat was published. */
export function createHub(publish: Publish) {
  const byUser = new Map<string, Set<Session>>();
  const byChat = new Map<string, Set<Session>>();
  const chatsOf = new Map<Session, Set<string>>();
  /** The sessions whose chats are still being read. */
  const opening = new Map<Session, Opening>();
  /** The newest `seq` published of each chat that somebody here follows. */
  const heads = new Map<string, number>();
  /** How far chats that nobody follows were published while sessions open: their chats were read before, perhaps. */
  const unheard = new Map<string, number>();
  let moved = new Set<string>();

  /** @param head the chat's newest `seq` when it was read: later ones are yet to be published. */
  function follow(session: Session, chat: string, head?: number): void {
    const chats = chatsOf.get(session);
    if (!chats || chats.has(chat)) return;
    chats.add(chat);
    setOf(byChat, chat).add(session);
    if (head !== undefined && !heads.has(chat)) heads.set(chat, head);
    session.subscribe([chatTopic(chat)]);
  }

  function unfollow(session: Session, chat: string): void {
    if (!chatsOf.get(session)?.delete(chat)) return;
    forget(session, chat);
    session.unsubscribe([chatTopic(chat)]);
  }

  function forget(session: Session, chat: string): void {
    const sessions = byChat.get(chat);
    sessions?.delete(session);
    if (sessions?.size !== 0) return;
    byChat.delete(chat);
    heads.delete(chat);
  }

  function toUser(user: string, frame: ServerFrame): void {
    const sessions = byUser.get(user);
    if (!sessions) return;
    const encoded = JSON.stringify(frame);
    for (const session of sessions) {
      const held = opening.get(session)?.held;
      if (held) held.push(encoded);
      else session.deliver(encoded);
    }
  }

  return {
    /**
     * Makes a session known, then lets it follow its chats.
     *
     * Known first and read after, it misses no change of membership that happens meanwhile.
     * @param read the chats of the session's user, each with its newest `seq`.
     * @param greet is called in the turn in which the session hears its chats, before it hears anything.
     */
    async add(
      session: Session,
      read: () => Promise<{ id: string; last_seq: number }[]>,
      greet: () => void,
    ): Promise<void> {
      const { joined, left, held }: Opening = { joined: new Set(), left: new Set(), held: [] };
      opening.set(session, { joined, left, held });
      setOf(byUser, session.user).add(session);
      chatsOf.set(session, new Set());
      try {
        for (const { id, last_seq } of await read())
          if (!left.has(id)) follow(session, id, Math.max(last_seq, unheard.get(id) ?? 0));
        for (const id of joined) follow(session, id, unheard.get(id));
        greet();
        for (const frame of held) session.deliver(frame);
      } finally {
        opening.delete(session);
        if (opening.size === 0) unheard.clear();
      }
    },

    remove(session: Session): void {
      const chats = chatsOf.get(session);
      if (!chats) return;
      chatsOf.delete(session);
      for (const chat of chats) forget(session, chat);
      session.unsubscribe([...chats].map(chatTopic));
      const sessions = byUser.get(session.user);
      sessions?.delete(session);
      if (sessions?.size === 0) byUser.delete(session.user);
    },

    has: (session: Session) => chatsOf.has(session),
    isFollowing: (session: Session, chat: string) => chatsOf.get(session)?.has(chat) === true,

    /** A user became a member: all their sessions follow the chat from now on. */
    join(user: string, chat: string): void {
      for (const session of byUser.get(user) ?? []) {
        const open = opening.get(session);
        if (!open) follow(session, chat);
        else {
          open.joined.add(chat);
          open.left.delete(chat);
        }
      }
    },

    /** A user is no member any more: none of their sessions hears the chat from now on. */
    leave(user: string, chat: string): void {
      for (const session of byUser.get(user) ?? []) {
        const open = opening.get(session);
        open?.left.add(chat);
        open?.joined.delete(chat);
        unfollow(session, chat);
      }
    },

    toUser,

    toChat(chat: string, frame: ServerFrame): void {
      if (byChat.has(chat)) publish(chatTopic(chat), JSON.stringify(frame));
    },

    /**
     * Publishes to all who follow a chat but for one user, whose sessions leave the topic just for it:
     * what is called here arrives in this order, and nothing else is published meanwhile.
     */
    toOthers(chat: string, user: string, frame: ServerFrame): void {
      const topic = chatTopic(chat);
      const own = [...(byUser.get(user) ?? [])].filter((session) => session.isSubscribed(topic));
      for (const session of own) session.unsubscribe([topic]);
      if (byChat.has(chat)) publish(topic, JSON.stringify(frame));
      for (const session of own) session.subscribe([topic]);
    },

    /** Publishes events that were committed, in their order, encoded once; as one frame unless that is huge. */
    publishEvents(chat: string, events: ChatEvent[]): void {
      const last = events.at(-1);
      if (!last) return;
      if (!byChat.has(chat)) {
        if (opening.size > 0) unheard.set(chat, last.seq);
        return;
      }
      heads.set(chat, last.seq);
      moved.add(chat);
      for (const { text } of eventFrames(chat, events, FRAME)) publish(chatTopic(chat), text);
    },

    /** How far a chat was published here; undefined when that is not known, as when nobody here follows it. */
    head: (chat: string) => heads.get(chat),

    /** The chats that somebody here follows. */
    followed: () => [...byChat.keys()],

    /** Tells every session the heads of the chats that moved since the last call: who is behind resumes. */
    beat(): void {
      const frames = new Map<Session, Record<string, number>>();
      for (const chat of moved) {
        const head = heads.get(chat);
        if (head === undefined) continue;
        for (const session of byChat.get(chat) ?? []) {
          const chats = frames.get(session) ?? {};
          chats[chat] = head;
          frames.set(session, chats);
        }
      }
      moved = new Set();
      for (const [session, chats] of frames)
        session.deliver(JSON.stringify({ type: "heads", chats } satisfies ServerFrame));
    },

    /** Closes every connection of one sign-in. */
    endSignIn(user: string, sid: string): void {
      for (const session of [...(byUser.get(user) ?? [])])
        if (session.sid === sid) session.close(CLOSES.signedOut);
    },

    chatsOf: (session: Session): ReadonlySet<string> => chatsOf.get(session) ?? new Set(),
    sessionsOf: (user: string): ReadonlySet<Session> => byUser.get(user) ?? new Set(),
    sessionsIn: (chat: string): ReadonlySet<Session> => byChat.get(chat) ?? new Set(),
    sessions: () => chatsOf.keys(),
    size: () => chatsOf.size,
  };
}

function setOf<K, T>(sets: Map<K, Set<T>>, key: K): Set<T> {
  let set = sets.get(key);
  if (!set) {
    set = new Set();
    sets.set(key, set);
  }
  return set;
}
