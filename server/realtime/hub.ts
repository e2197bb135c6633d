import { CLOSES } from "@parley/contracts/closes";
import type { ChatEvent } from "@parley/contracts/events";
import type { ServerFrame } from "@parley/contracts/frames";
import { eventFrames } from "./event-frames.ts";
import { chatTopic, type Session } from "./session.ts";
import { type ChatHead, SessionInitBuffer } from "./session-init-buffer.ts";

/** Characters of a live frame of events: so many wait for a reader at a time, far from what cuts it off. */
const MAX_FRAME_CHARACTERS = 256 * 1024;

/** Hands one encoded frame to every subscriber of a topic; Bun's native publish does it. */
export type Publish = (topic: string, frame: string) => void;

export type Hub = ReturnType<typeof createHub>;

/** Knows which sessions are open here, which chats each follows, and how far each chat was published. */
export function createHub(publish: Publish) {
  const byUser = new Map<string, Set<Session>>();
  const byChat = new Map<string, Set<Session>>();
  const chatsOf = new Map<Session, Set<string>>();
  /** The sessions whose chats are still being read. */
  const initialising = new Map<Session, SessionInitBuffer>();
  /** The newest `seq` published of each chat that somebody here follows. */
  const heads = new Map<string, number>();
  /** How far chats that nobody follows were published while sessions open: their chats were read before, perhaps. */
  const unfollowedHeads = new Map<string, number>();
  let movedChats = new Set<string>();

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
    const head = heads.get(chat);
    if (head !== undefined && initialising.size > 0) unfollowedHeads.set(chat, head);
    heads.delete(chat);
  }

  function toUser(user: string, frame: ServerFrame): void {
    const sessions = byUser.get(user);
    if (!sessions) return;
    const encoded = JSON.stringify(frame);
    for (const session of sessions) {
      const open = initialising.get(session);
      if (open) open.hold(encoded);
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
      read: () => Promise<readonly ChatHead[]>,
      greet: () => void,
    ): Promise<void> {
      const open = new SessionInitBuffer();
      initialising.set(session, open);
      setOf(byUser, session.user).add(session);
      chatsOf.set(session, new Set());
      try {
        for (const [chat, head] of open.chats(await read()))
          follow(session, chat, latest(head, unfollowedHeads.get(chat)));
        greet();
        open.deliverHeld(session);
      } finally {
        initialising.delete(session);
        if (initialising.size === 0) unfollowedHeads.clear();
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
        const open = initialising.get(session);
        if (open) open.join(chat);
        else follow(session, chat);
      }
    },

    /** A user is no member any more: none of their sessions hears the chat from now on. */
    leave(user: string, chat: string): void {
      for (const session of byUser.get(user) ?? []) {
        initialising.get(session)?.leave(chat);
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
        if (initialising.size > 0) unfollowedHeads.set(chat, last.seq);
        return;
      }
      heads.set(chat, last.seq);
      movedChats.add(chat);
      for (const { text } of eventFrames(chat, events, MAX_FRAME_CHARACTERS))
        publish(chatTopic(chat), text);
    },

    /** How far a chat was published here; undefined when that is not known, as when nobody here follows it. */
    head: (chat: string) => heads.get(chat),

    /** The chats that somebody here follows. */
    followedChats: () => [...byChat.keys()],

    /** Tells every session the heads of the chats that moved since the last call: who is behind resumes. */
    sendHeads(): void {
      const frames = new Map<Session, Record<string, number>>();
      for (const chat of movedChats) {
        const head = heads.get(chat);
        if (head === undefined) continue;
        for (const session of byChat.get(chat) ?? []) {
          const chats = frames.get(session) ?? {};
          chats[chat] = head;
          frames.set(session, chats);
        }
      }
      movedChats = new Set();
      for (const [session, chats] of frames)
        session.deliver(JSON.stringify({ type: "heads", chats } satisfies ServerFrame));
    },

    /** Closes every connection of one sign-in. */
    endSession(user: string, sid: string): void {
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

function latest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}

function setOf<K, T>(sets: Map<K, Set<T>>, key: K): Set<T> {
  let set = sets.get(key);
  if (!set) {
    set = new Set();
    sets.set(key, set);
  }
  return set;
}
