import type { PresenceEntry } from "@parley/contracts/frames";
import type { User } from "@parley/contracts/users";
import { batch } from "solid-js";
import type { AppStore } from "../session/app-state.ts";

export type People = ReturnType<typeof createPeople>;

/** As many IDs as one request may ask for. */
const IDS_AT_MOST = 100;

interface PeopleDeps {
  store: AppStore;
  usersById: (ids: readonly string[]) => Promise<User[]>;
}

/** The people this page knows; who is missing is fetched, all that one turn asked for at once. */
export function createPeople({ store: { state, setState }, usersById }: PeopleDeps) {
  const asked = new Set<string>();
  /** What the frames of this connection told: an answer may have been read before they were sent. */
  const told = new Map<string, PresenceEntry>();
  let wanted: string[] = [];

  /** Answers to requests: made for this reader, so true in everything but what frames told since. */
  function learn(users: readonly User[]): void {
    batch(() => {
      for (const user of users) setState("users", user.id, { ...user, ...presenceOf(user) });
    });
  }

  /** A frame about one person: their presence goes by `presence` frames alone. */
  function learnProfile(user: User): void {
    const known = state.users[user.id] ?? user;
    setState("users", user.id, { ...user, ...presenceOf(known) });
  }

  function presenceOf(user: User): Pick<User, "online" | "lastSeenAt"> {
    const { online, lastSeenAt } = told.get(user.id) ?? user;
    return { online, lastSeenAt };
  }

  /** A `member` event serves all readers, and so has neither avatar nor presence: only names count. */
  function learnNames({ id, username, displayName }: User): void {
    if (state.users[id]) setState("users", id, { username, displayName });
  }

  function want(id: string): void {
    if (asked.has(id)) return;
    asked.add(id);
    if (wanted.push(id) === 1) queueMicrotask(fetchWanted);
  }

  function fetchWanted(): void {
    const ids = wanted;
    wanted = [];
    for (let start = 0; start < ids.length; start += IDS_AT_MOST) {
      void fetchUsers(ids.slice(start, start + IDS_AT_MOST));
    }
  }

  async function fetchUsers(ids: readonly string[]): Promise<void> {
    try {
      learn(await usersById(ids));
    } catch {
      for (const id of ids) asked.delete(id);
    }
  }

  /** @param everyone whether the entries name all who are online, so that all others are not. */
  function setPresence(entries: readonly PresenceEntry[], everyone: boolean): void {
    batch(() => {
      const named = new Set(entries.map(({ id }) => id));
      if (everyone) {
        told.clear();
        for (const id of Object.keys(state.users)) {
          if (!named.has(id)) setState("users", id, "online", false);
        }
      }
      for (const entry of entries) {
        const { id, online, lastSeenAt } = entry;
        told.set(id, entry);
        if (state.users[id]) setState("users", id, { online, lastSeenAt });
      }
    });
  }

  return { learn, learnProfile, learnNames, want, fetchUsers, setPresence };
}
