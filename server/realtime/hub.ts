import { CLOSES } from "@parley/contracts/closes";
import type { ChatEvent } from "@parley/contracts/events";
import type { ServerFrame } from "@parley/contracts/frames";
import type { ChatId, SessionId, UserId } from "@parley/contracts/ids";
import { ChatHeads } from "./chat-heads.ts";
import { ConnectionIndex, type ConnectionObserver } from "./connection-index.ts";
import { type ChatHead, ConnectionInitBuffer } from "./connection-init-buffer.ts";
import { liveEventFrames } from "./event-frames.ts";
import { RequestIndex } from "./request-index.ts";
import { chatTopic, type ServerConnection, sendFrame } from "./server-connection.ts";

/** Sends one encoded frame to every subscriber of a topic; Bun's native publish does it. */
export type Publish = (topic: string, frame: string) => void;

export type Hub = ReturnType<typeof createHub>;

/** Knows the open connections of this server, the chats that each follows, and how far each chat was published. */
export function createHub(publish: Publish) {
  /** The connections whose list of chats is being read. */
  const initialising = new Map<ServerConnection, ConnectionInitBuffer>();
  const heads = new ChatHeads();
  const requests = new RequestIndex();
  let observer: ConnectionObserver | undefined;
  const index = new ConnectionIndex({
    chatFollowed: (chat) => observer?.chatFollowed(chat),
    chatUnfollowed(chat) {
      heads.unfollow(chat, initialising.size > 0);
      observer?.chatUnfollowed(chat);
    },
    userConnected: (user) => observer?.userConnected(user),
    userDisconnected: (user) => observer?.userDisconnected(user),
  });
  const { connectionsOf, connectionsIn, chatsOf } = index;

  /** @param head the chat's newest `seq` when it was read: later events are yet to be published. */
  function follow(connection: ServerConnection, chat: ChatId, head?: number): void {
    if (!index.has(connection)) return;
    if (head !== undefined) heads.start(chat, head);
    index.follow(connection, chat);
  }

  /** @returns whether the chat has followers here. */
  function advance(chat: ChatId, seq: number): boolean {
    const isFollowed = index.isFollowed(chat);
    if (isFollowed) heads.advance(chat, seq);
    else if (initialising.size > 0) heads.advanceUnfollowed(chat, seq);
    return isFollowed;
  }

  /** Sends a frame to all connections of several users; it is encoded once. */
  function toUsers(users: readonly UserId[], frame: ServerFrame): void {
    const connections = users.flatMap((user) => [...connectionsOf(user)]);
    if (connections.length === 0) return;
    const encoded = JSON.stringify(frame);
    for (const connection of connections) {
      const buffer = initialising.get(connection);
      if (buffer) buffer.hold(encoded);
      else connection.deliver(encoded);
    }
  }

  function join(user: UserId, chat: ChatId): void {
    for (const connection of connectionsOf(user)) {
      const buffer = initialising.get(connection);
      if (buffer) buffer.join(chat);
      else follow(connection, chat);
    }
  }

  function acceptedChatsOf(connection: ServerConnection): ReadonlySet<ChatId> {
    const open = requests.chatsOf(connection.user);
    return open.size === 0 ? chatsOf(connection) : chatsOf(connection).difference(open);
  }

  function acceptedConnectionsIn(chat: ChatId): ReadonlySet<ServerConnection> {
    const asked = requests.usersIn(chat);
    const followers = connectionsIn(chat);
    if (asked.size === 0) return followers;
    return new Set(followers.values().filter(({ user }) => !asked.has(user)));
  }

  return {
    /** Sets the observer of first and last followers; there is one. */
    observe(newObserver: ConnectionObserver): void {
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
      connection: ServerConnection,
      read: () => Promise<readonly ChatHead[]>,
      sendWelcome: () => void,
    ): Promise<void> {
      const buffer = new ConnectionInitBuffer();
      initialising.set(connection, buffer);
      index.add(connection);
      try {
        const chats = await read();
        for (const [chat, head] of buffer.chats(chats))
          follow(connection, chat, heads.latest(chat, head));
        if (index.has(connection))
          for (const chat of buffer.requests(chats)) requests.add(connection.user, chat);
        sendWelcome();
        buffer.deliverHeld(connection);
      } finally {
        initialising.delete(connection);
        if (initialising.size === 0) heads.clearUnfollowed();
      }
    },

    remove(connection: ServerConnection): void {
      index.remove(connection);
      if (connectionsOf(connection.user).size === 0) requests.forget(connection.user);
    },

    has: index.has,
    isFollowing: (connection: ServerConnection, chat: ChatId) => chatsOf(connection).has(chat),

    /** A user became a member: all their connections follow the chat. */
    join,

    /** A user was put into a chat that they have not accepted: all their connections follow the chat. */
    request(user: UserId, chat: ChatId): void {
      if (connectionsOf(user).size > 0) requests.add(user, chat);
      join(user, chat);
    },

    /** A user accepted a chat. */
    accept(user: UserId, chat: ChatId): void {
      for (const connection of connectionsOf(user)) initialising.get(connection)?.accept(chat);
      requests.remove(user, chat);
    },

    isRequest: requests.has,

    /** A user's membership ended: none of their connections follows the chat. */
    leave(user: UserId, chat: ChatId): void {
      requests.remove(user, chat);
      for (const connection of connectionsOf(user)) {
        initialising.get(connection)?.leave(chat);
        index.unfollow(connection, chat);
      }
    },

    toUser: (user: UserId, frame: ServerFrame) => toUsers([user], frame),
    toUsers,

    /**
     * Publishes to the followers of a chat except one user's connections.
     *
     * The user's own connections unsubscribe before the publish and subscribe after it, in one turn of
     * the event loop, so that nothing else is published in between.
     */
    toOthers(chat: ChatId, user: UserId, frame: ServerFrame): void {
      const topic = chatTopic(chat);
      const own = [...connectionsOf(user)].filter((connection) => connection.isSubscribed(topic));
      for (const connection of own) connection.unsubscribe([topic]);
      if (index.isFollowed(chat)) publish(topic, JSON.stringify(frame));
      for (const connection of own) connection.subscribe([topic]);
    },

    /** Publishes committed events in their order, encoded once; in one frame unless that is too large. */
    publishEvents(chat: ChatId, events: readonly ChatEvent[]): void {
      const last = events.at(-1);
      if (!last || !advance(chat, last.seq)) return;
      for (const { text } of liveEventFrames(chat, events)) publish(chatTopic(chat), text);
    },

    /** Publishes a frame of events that another server encoded. @param last the `seq` of its last event. */
    publishEventFrame(chat: ChatId, last: number, text: string): void {
      if (advance(chat, last)) publish(chatTopic(chat), text);
    },

    /** How far a chat was published here; undefined where the head is unknown, as for chats without followers. */
    head: (chat: ChatId) => heads.get(chat),

    /** Sets the head of a followed chat where it is unknown; the next `heads` frames then repair clients that are behind. */
    startAt(chat: ChatId, head: number): void {
      if (!index.isFollowed(chat) || heads.get(chat) !== undefined) return;
      heads.start(chat, head);
      heads.markMoved(chat);
    },

    /** The chats that have followers here. */
    followedChats: index.followedChats,

    /** Sends each connection the heads of its chats that moved since the last call; a client that is behind resumes. */
    sendHeads(): void {
      const frames = new Map<ServerConnection, Record<string, number>>();
      for (const [chat, head] of heads.takeMoved())
        for (const connection of connectionsIn(chat))
          frames.getOrInsertComputed(connection, () => ({}))[chat] = head;
      for (const [connection, chats] of frames) sendFrame(connection, { type: "heads", chats });
    },

    /** Closes every connection of one session (sign-in). */
    endSession(user: UserId, sid: SessionId): void {
      for (const connection of [...connectionsOf(user)])
        if (connection.sid === sid) connection.close(CLOSES.signedOut);
    },

    chatsOf,
    connectionsOf,
    connectionsIn,
    /** The chats that a connection follows and its user accepted: those in which others may see the user. */
    acceptedChatsOf,
    /** The followers of a chat whose users accepted the chat. */
    acceptedConnectionsIn,
    hasAccepted: (connection: ServerConnection, chat: ChatId) =>
      chatsOf(connection).has(chat) && !requests.has(connection.user, chat),
    size: index.size,
  };
}
