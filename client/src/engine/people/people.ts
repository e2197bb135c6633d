import type { PresenceEntry } from "@parley/contracts/frames";
import type { User } from "@parley/contracts/users";
import { batch } from "solid-js";
import type { AppStore } from "../session/app-state.ts";

export type People = ReturnType<typeof createPeople>;

/** As many IDs as one request may ask for. */
const MAX_IDS = 100;

interface PeopleDeps {
  store: AppStore;
  usersById: (ids: readonly string[]) => Promise<User[]>;
}

/** The people this page knows; who is missing is fetched, all that one turn asked for at once. */
export function createPeople({ store: { state, setState }, usersById }: PeopleDeps) {
  const requested = new Set<string>();
  /** What the frames of this connection told: an answer may have been read before they were sent. */
  const livePresence = new Map<string, PresenceEntry>();
  let queued: string[] = [];

  /** Answers to requests: made for this reader, so true in everything but what frames told since. */
  function upsert(users: readonly User[]): void {
    batch(() => {
      for (const user of users) setState("users", user.id, { ...user, ...presenceOf(user) });
    });
  }

  /** A frame about one person: their presence goes by `presence` frames alone. */
  function upsertProfile(user: User): void {
    const known = state.users[user.id] ?? user;
    setState("users", user.id, { ...user, ...presenceOf(known) });
  }

  function presenceOf(user: User): Pick<User, "online" | "lastSeenAt"> {
    const { online, lastSeenAt } = livePresence.get(user.id) ?? user;
    return { online, lastSeenAt };
  }

  /** A `member` event serves all readers, and so has neither avatar nor presence: only names count. */
  function updateNames({ id, username, displayName }: User): void {
    if (state.users[id]) setState("users", id, { username, displayName });
  }

  function ensureLoaded(id: string): void {
    if (requested.has(id)) return;
    requested.add(id);
    if (queued.push(id) === 1) queueMicrotask(fetchQueued);
  }

  function fetchQueued(): void {
    const ids = queued;
    queued = [];
    for (let start = 0; start < ids.length; start += MAX_IDS) {
      void refresh(ids.slice(start, start + MAX_IDS));
    }
  }

  async function refresh(ids: readonly string[]): Promise<void> {
    try {
      upsert(await usersById(ids));
    } catch {
      for (const id of ids) requested.delete(id);
    }
  }

  /** @param everyone whether the entries name all who are online, so that all others are not. */
  function setPresence(entries: readonly PresenceEntry[], everyone: boolean): void {
    batch(() => {
      const named = new Set(entries.map(({ id }) => id));
      if (everyone) {
        livePresence.clear();
        for (const id of Object.keys(state.users)) {
          if (!named.has(id)) setState("users", id, "online", false);
        }
      }
      for (const entry of entries) {
        const { id, online, lastSeenAt } = entry;
        livePresence.set(id, entry);
        if (state.users[id]) setState("users", id, { online, lastSeenAt });
      }
    });
  }

  return { upsert, upsertProfile, updateNames, ensureLoaded, refresh, setPresence };
}
