import type { UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import type { Api, ProfileChange } from "../api/api.ts";
import type { People } from "../people/people.ts";
import type { AppStore } from "./app-state.ts";
import type { Sync } from "./sync.ts";

interface PeopleActionDeps {
  store: AppStore;
  api: Api;
  people: People;
  sync: Sync;
}

/** What the user does with people, themselves included. Each throws an `ApiError` when it is refused. */
export function createPeopleActions({ store, api, people, sync }: PeopleActionDeps) {
  async function search(query: string): Promise<User[]> {
    const users = await api.searchUsers(query);
    people.upsert(users);
    return users;
  }

  /** @param seconds how long the block lasts; null for a block without an end. */
  async function block(user: UserId, seconds: number | null): Promise<void> {
    const created = await api.block(user, seconds);
    sync.invalidate();
    store.setState("blocks", user, created);
  }

  async function unblock(user: UserId): Promise<void> {
    await api.unblock(user);
    sync.invalidate();
    store.forget("blocks", user);
    await people.refresh([user]);
  }

  async function changeProfile(change: ProfileChange): Promise<void> {
    people.upsert([await api.changeProfile(change)]);
  }

  async function setAvatar(image: Blob | null): Promise<void> {
    people.upsert([await (image ? api.putAvatar(image) : api.deleteAvatar())]);
  }

  return {
    ensureLoaded: people.ensureLoaded,
    /** Fetches a user again; a failure leaves what is known. */
    refresh: (user: UserId) => void people.refresh([user]),
    search,
    block,
    unblock,
    changeProfile,
    setAvatar,
  };
}
