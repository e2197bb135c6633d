import type { PresenceEntry } from "@parley/contracts/frames";
import type { Hub } from "../realtime/hub.ts";
import type { Session } from "../realtime/session.ts";
import { createGraceMemberships } from "./grace-memberships.ts";

const NONE: ReadonlySet<Session> = new Set();

export type OnlineUsers = ReturnType<typeof createOnlineUsers>;

/** Who is online here, and in which chats: who went a moment ago still counts. */
export function createOnlineUsers(hub: Hub) {
  /** Those online, each with the entry that says so. */
  const online = new Map<string, string>();
  const sessions = new Map<string, Set<Session>>();
  const grace = createGraceMemberships();

  /** The chats of a user who is online, or was until it is told. */
  function chatsOf(user: string): ReadonlySet<string> {
    const [session] = sessions.get(user) ?? NONE;
    return session ? hub.chatsOf(session) : grace.of(user);
  }

  /** The users in a chat whom its readers may take for online: their going is not told yet. */
  function visibleIn(chat: string): Set<string> {
    const users = new Set(grace.usersIn(chat));
    for (const { user } of hub.sessionsIn(chat)) users.add(user);
    return users;
  }

  return {
    /** @returns whether its user was offline before. */
    addSession(session: Session): boolean {
      const { user } = session;
      sessions.getOrInsertComputed(user, () => new Set()).add(session);
      grace.forget(user);
      if (online.has(user)) return false;
      online.set(user, encodeEntry(user, true, null));
      return true;
    },

    /** Called before the hub forgets a session. @returns whether it was its user’s last one. */
    removeSession(session: Session): boolean {
      const { user } = session;
      const left = sessions.get(user);
      if (!left?.delete(session) || left.size > 0) return false;
      sessions.delete(user);
      grace.keep(user, hub.chatsOf(session));
      return true;
    },

    setOffline: (user: string) => void online.delete(user),

    /** The going of a user was told to those who share a chat with them: nothing of it is needed any more. */
    forget(user: string): void {
      if (!online.has(user)) grace.forget(user);
    },

    /** Somebody came into a chat: who is there learns when they go, even if their last session went already. */
    enterChat: grace.enter,
    leaveChat: grace.leave,
    /** Whether readers may take a user for online. */
    isVisible: (user: string) => sessions.has(user) || grace.of(user).size > 0,
    chatsOf,
    online: () => online.keys(),
    isOnline: (user: string) => online.has(user),
    isHere: (session: Session) => sessions.get(session.user)?.has(session) === true,
    sessionsOf: (user: string): ReadonlySet<Session> => sessions.get(user) ?? NONE,

    /** The users who are online and in a chat. */
    onlineIn: (chat: string) =>
      new Set(
        visibleIn(chat)
          .values()
          .filter((user) => online.has(user)),
      ),
    visibleIn,

    /** What there is to say of a user, encoded. */
    entry: (user: string, lastSeen: Date | null): string =>
      online.get(user) ?? encodeEntry(user, false, lastSeen),
  };
}

/** What somebody is shown of one with whom a block stands, or with whom they share no chat any more. */
export const encodeHiddenEntry = (user: string) => encodeEntry(user, false, null);

function encodeEntry(id: string, online: boolean, lastSeen: Date | null): string {
  const lastSeenAt = lastSeen?.toISOString() ?? null;
  return JSON.stringify({ id, online, lastSeenAt } satisfies PresenceEntry);
}

/** @param entries encoded, each with a comma behind it. */
export function encodePresence(entries: string): string {
  return `{"type":"presence","users":[${entries.slice(0, -1)}]}`;
}
