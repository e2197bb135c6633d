import { LIMITS } from "@parley/contracts/limits";
import { createSerialQueue } from "@parley/platform/async/serial-queue";
import type { Hub } from "../realtime/hub.ts";
import type { Session } from "../realtime/session.ts";
import { createInitialPresence } from "./initial-presence.ts";
import { createOnlineUsers } from "./online-users.ts";
import { createPresenceBroadcaster } from "./presence-broadcaster.ts";
import type { PresenceStore } from "./presence-store.ts";

export interface PresenceDeps extends PresenceStore {
  hub: Hub;
  fail(error: unknown): void;
}

export type Presence = ReturnType<typeof createPresence>;

/**
 * Knows who is online here, and tells those who may know it.
 *
 * Introductions and news are made one after the other: what is read of blocks for one is told before
 * another reads them, so that the last that a reader hears of somebody is what holds.
 */
export function createPresence(deps: PresenceDeps) {
  const { hub, blockedWith } = deps;
  const attendance = createOnlineUsers(hub);
  const inTurn = createSerialQueue();
  const introduced = new WeakMap<Session, number>();
  const introducedAt = (session: Session) => introduced.get(session);
  const news = createPresenceBroadcaster({ ...deps, attendance, introducedAt, inTurn });
  const introduce = createInitialPresence({
    attendance,
    chatsOf: hub.chatsOf,
    blockedWith,
    introduced: (session) => introduced.set(session, news.newest()),
  });
  const leaving = new Map<string, Timer>();
  let next: { sessions: Session[]; done: Promise<void> } | undefined;

  /** Those who come while others are introduced are introduced together. */
  function introduceSoon(session: Session): Promise<void> {
    next ??= openRound();
    next.sessions.push(session);
    return next.done;
  }

  function openRound() {
    const sessions: Session[] = [];
    const done = inTurn(() => {
      next = undefined;
      return introduce(sessions);
    });
    return { sessions, done };
  }

  function leave(user: string): void {
    leaving.delete(user);
    attendance.setOffline(user);
    news.offline(user, new Date());
  }

  return {
    isOnline: attendance.isOnline,

    /** A session was opened: its user is online. Resolves when it was told who else is. */
    connected(session: Session): Promise<void> {
      clearTimeout(leaving.get(session.user));
      leaving.delete(session.user);
      if (attendance.addSession(session)) news.online(session.user);
      return introduceSoon(session);
    },

    /** Called before a session is forgotten: after its user's last one they are offline, with some grace. */
    disconnected(session: Session): void {
      const { user } = session;
      if (attendance.removeSession(session))
        leaving.set(
          user,
          setTimeout(() => leave(user), LIMITS.offlineGraceMs),
        );
    },

    /** A user came into a chat: they and those who are there learn of each other. */
    joined(user: string, chat: string): void {
      attendance.enterChat(user, chat);
      if (attendance.isOnline(user)) news.joined(user, chat);
    },

    /**
     * A user is no member of a chat any more, which the hub knows: with whom they share no other,
     * neither learns of the other’s going.
     */
    left(user: string, chat: string): void {
      if (attendance.isVisible(user)) news.left(user, chat, attendance.visibleIn(chat));
      attendance.leaveChat(user, chat);
    },

    /** A block between two was made or has ended: each learns what they may know of the other now. */
    blockChanged: news.blockChanged,

    /** The server ends: whoever is online was last seen now. */
    async [Symbol.asyncDispose]() {
      for (const timer of leaving.values()) clearTimeout(timer);
      await news.close(attendance.online());
    },
  };
}
