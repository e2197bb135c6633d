import type { PresenceEntry, ProfileUpdate } from "@parley/contracts/frames";
import type { User } from "@parley/contracts/users";
import { batch } from "solid-js";
import type { AppStore } from "../session/app-state.ts";

export type People = ReturnType<typeof createPeople>;

/** The number of IDs that one request may have. */
const MAX_IDS = 100;

interface PeopleDeps {
  store: AppStore;
  usersById: (ids: readonly string[]) => Promise<User[]>;
}

/** The users that this page knows. Unknown users that are needed in the same turn are fetched together. */
export function createPeople({ store: { state, setState }, usersById }: PeopleDeps) {
  const requested = new Set<string>();
  /** The presence that frames of this connection reported: a response may be older than they are. */
  const livePresence = new Map<string, PresenceEntry>();
  let queued: string[] = [];

  /** Takes over users from a response, which is made for this reader. */
  function upsert(users: readonly User[]): void {
    batch(() => {
      for (const user of users) setState("users", user.id, { ...user, ...presenceOf(user) });
    });
  }

  /**
   * Takes over a user from a frame. Only `presence` frames change the presence. A frame without an avatar
   * leaves the avatar as it is; it is ignored for an unknown user, who is fetched when needed.
   */
  function upsertProfile({ avatar, ...fields }: ProfileUpdate): void {
    const known = state.users[fields.id];
    const shown = avatar === undefined ? known?.avatar : avatar;
    if (shown === undefined) return;
    const user = { ...fields, avatar: shown };
    setState("users", user.id, { ...user, ...presenceOf(known ?? user) });
  }

  function presenceOf(user: User): Pick<User, "online" | "lastSeenAt"> {
    const { online, lastSeenAt } = livePresence.get(user.id) ?? user;
    return { online, lastSeenAt };
  }

  /** Takes over the names from an event, whose user has neither avatar nor presence. */
  function updateNames({ id, username, displayName }: User): void {
    if (state.users[id]) setState("users", id, { username, displayName });
  }

  /** Fetches a user, unless that was done. */
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

  /** Fetches users again. After a failure they may be requested once more. */
  async function refresh(ids: readonly string[]): Promise<void> {
    try {
      upsert(await usersById(ids));
    } catch {
      for (const id of ids) requested.delete(id);
    }
  }

  /** @param isComplete whether the entries name every user who is online. */
  function setPresence(entries: readonly PresenceEntry[], isComplete: boolean): void {
    batch(() => {
      if (isComplete) setOthersOffline(entries);
      for (const entry of entries) {
        const { id, online, lastSeenAt } = entry;
        livePresence.set(id, entry);
        if (state.users[id]) setState("users", id, { online, lastSeenAt });
      }
    });
  }

  function setOthersOffline(entries: readonly PresenceEntry[]): void {
    const named = new Set(entries.map(({ id }) => id));
    livePresence.clear();
    for (const id of Object.keys(state.users)) {
      if (!named.has(id)) setState("users", id, "online", false);
    }
  }

  return { upsert, upsertProfile, updateNames, ensureLoaded, refresh, setPresence };
}
