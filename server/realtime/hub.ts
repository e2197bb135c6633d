import { CLOSES } from "@parley/contracts/closes";
import type { ChatEvent } from "@parley/contracts/events";
import type { ServerFrame } from "@parley/contracts/frames";
import { ChatHeads } from "./chat-heads.ts";
import { liveEventFrames } from "./event-frames.ts";
import { chatTopic, type Session, sendFrame } from "./session.ts";
import { type ChatHead, SessionInitBuffer } from "./session-init-buffer.ts";

const NO_CHATS: ReadonlySet<string> = new Set();
const NO_SESSIONS: ReadonlySet<Session> = new Set();

/** Sends one encoded frame to every subscriber of a topic; Bun's native publish does it. */
export type Publish = (topic: string, frame: string) => void;

/** Told when a chat gets its first follower here or loses its last, and a user their first or last connection. */
export interface HubObserver {
  chatFollowed(chat: string): void;
  chatUnfollowed(chat: string): void;
  userConnected(user: string): void;
  userDisconnected(user: string): void;
}

export type Hub = ReturnType<typeof createHub>;

/** Knows the open connections of this server, the chats that each follows, and how far each chat was published. */
export function createHub(publish: Publish) {
  const byUser = new Map<string, Set<Session>>();
  const byChat = new Map<string, Set<Session>>();
  const chatsOf = new Map<Session, Set<string>>();
  /** The connections whose list of chats is being read. */
  const initialising = new Map<Session, SessionInitBuffer>();
  const heads = new ChatHeads();
  let observer: HubObserver | undefined;

  /** @param head the chat's newest `seq` when it was read: later events are yet to be published. */
  function follow(session: Session, chat: string, head?: number): void {
    const chats = chatsOf.get(session);
    if (!chats || chats.has(chat)) return;
    chats.add(chat);
    const followers = byChat.get(chat);
    if (followers) followers.add(session);
    else byChat.set(chat, new Set([session]));
    if (head !== undefined) heads.start(chat, head);
    session.subscribe([chatTopic(chat)]);
    if (!followers) observer?.chatFollowed(chat);
  }

  function unfollow(session: Session, chat: string): void {
    if (!chatsOf.get(session)?.delete(chat)) return;
    removeFollower(session, chat);
    session.unsubscribe([chatTopic(chat)]);
  }

  function removeFollower(session: Session, chat: string): void {
    const followers = byChat.get(chat);
    followers?.delete(session);
    if (followers?.size !== 0) return;
    byChat.delete(chat);
    heads.unfollow(chat, initialising.size > 0);
    observer?.chatUnfollowed(chat);
  }

  function addToUser(session: Session): void {
    const sessions = byUser.get(session.user);
    if (sessions) sessions.add(session);
    else byUser.set(session.user, new Set([session]));
    if (!sessions) observer?.userConnected(session.user);
  }

  function removeFromUser(session: Session): void {
    const sessions = byUser.get(session.user);
    sessions?.delete(session);
    if (sessions?.size !== 0) return;
    byUser.delete(session.user);
    observer?.userDisconnected(session.user);
  }

  /** @returns whether the chat has followers here. */
  function advance(chat: string, seq: number): boolean {
    const isFollowed = byChat.has(chat);
    if (isFollowed) heads.advance(chat, seq);
    else if (initialising.size > 0) heads.advanceUnfollowed(chat, seq);
    return isFollowed;
  }

  return {
    /** Sets the observer of first and last followers; there is one. */
    observe(newObserver: HubObserver): void {
      observer = newObserver;
    },

    /**
     * Registers a connection, then lets it follow its chats.
     *
     * The connection is registered before its chats are read, so that no change of membership in
     * between is missed.
     * @param read the chats of the connection's user, each with its newest `seq`.
     * @param sendWelcome is called in the turn of the event loop in which the connection begins to follow its chats.
     */
    async add(
      session: Session,
      read: () => Promise<readonly ChatHead[]>,
      sendWelcome: () => void,
    ): Promise<void> {
      const buffer = new SessionInitBuffer();
      initialising.set(session, buffer);
      addToUser(session);
      chatsOf.set(session, new Set());
      try {
        for (const [chat, head] of buffer.chats(await read()))
          follow(session, chat, heads.latest(chat, head));
        sendWelcome();
        buffer.deliverHeld(session);
      } finally {
        initialising.delete(session);
        if (initialising.size === 0) heads.clearUnfollowed();
      }
    },

    remove(session: Session): void {
      const chats = chatsOf.get(session);
      if (!chats) return;
      chatsOf.delete(session);
      for (const chat of chats) removeFollower(session, chat);
      session.unsubscribe([...chats].map(chatTopic));
      removeFromUser(session);
    },

    has: (session: Session) => chatsOf.has(session),
    isFollowing: (session: Session, chat: string) => chatsOf.get(session)?.has(chat) === true,

    /** A user became a member: all their connections follow the chat. */
    join(user: string, chat: string): void {
      for (const session of byUser.get(user) ?? NO_SESSIONS) {
        const buffer = initialising.get(session);
        if (buffer) buffer.join(chat);
        else follow(session, chat);
      }
    },

    /** A user's membership ended: none of their connections follows the chat. */
    leave(user: string, chat: string): void {
      for (const session of byUser.get(user) ?? NO_SESSIONS) {
        initialising.get(session)?.leave(chat);
        unfollow(session, chat);
      }
    },

    toUser(user: string, frame: ServerFrame): void {
      const sessions = byUser.get(user);
      if (!sessions) return;
      const encoded = JSON.stringify(frame);
      for (const session of sessions) {
        const buffer = initialising.get(session);
        if (buffer) buffer.hold(encoded);
        else session.deliver(encoded);
      }
    },

    /**
     * Publishes to the followers of a chat except one user's connections.
     *
     * The user's own connections unsubscribe before the publish and subscribe after it, in one turn of
     * the event loop, so that nothing else is published in between.
     */
    toOthers(chat: string, user: string, frame: ServerFrame): void {
      const topic = chatTopic(chat);
      const own = [...(byUser.get(user) ?? NO_SESSIONS)].filter((session) =>
        session.isSubscribed(topic),
      );
      for (const session of own) session.unsubscribe([topic]);
      if (byChat.has(chat)) publish(topic, JSON.stringify(frame));
      for (const session of own) session.subscribe([topic]);
    },

    /** Publishes committed events in their order, encoded once; in one frame unless that is too large. */
    publishEvents(chat: string, events: readonly ChatEvent[]): void {
      const last = events.at(-1);
      if (!last || !advance(chat, last.seq)) return;
      for (const { text } of liveEventFrames(chat, events)) publish(chatTopic(chat), text);
    },

    /** Publishes a frame of events that another server encoded. @param last the `seq` of its last event. */
    publishEventFrame(chat: string, last: number, text: string): void {
      if (advance(chat, last)) publish(chatTopic(chat), text);
    },

    /** How far a chat was published here; undefined where the head is unknown, as for chats without followers. */
    head: (chat: string) => heads.get(chat),

    /** Sets the head of a followed chat where it is unknown; the next `heads` frames then repair clients that are behind. */
    startAt(chat: string, head: number): void {
      if (!byChat.has(chat) || heads.get(chat) !== undefined) return;
      heads.start(chat, head);
      heads.markMoved(chat);
    },

    /** The chats that have followers here. */
    followedChats: () => [...byChat.keys()],

    /** Sends each connection the heads of its chats that moved since the last call; a client that is behind resumes. */
    sendHeads(): void {
      const frames = new Map<Session, Record<string, number>>();
      for (const [chat, head] of heads.takeMoved())
        for (const session of byChat.get(chat) ?? NO_SESSIONS)
          frames.getOrInsertComputed(session, () => ({}))[chat] = head;
      for (const [session, chats] of frames) sendFrame(session, { type: "heads", chats });
    },

    /** Closes every connection of one session (sign-in). */
    endSession(user: string, sid: string): void {
      for (const session of [...(byUser.get(user) ?? NO_SESSIONS)])
        if (session.sid === sid) session.close(CLOSES.signedOut);
    },

    chatsOf: (session: Session): ReadonlySet<string> => chatsOf.get(session) ?? NO_CHATS,
    sessionsOf: (user: string): ReadonlySet<Session> => byUser.get(user) ?? NO_SESSIONS,
    sessionsIn: (chat: string): ReadonlySet<Session> => byChat.get(chat) ?? NO_SESSIONS,
    size: () => chatsOf.size,
  };
}
