import type { ServerFrame } from "@parley/contracts/frames";
import type { ChatId, UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";
import type { UserStore } from "./user-store.ts";
import type { UserView } from "./user-view.ts";

interface ProfileNotifierDeps {
  store: Pick<UserStore, "acceptedChats" | "blockedAmong">;
  view: Pick<UserView, "show">;
  hub: {
    toUsers(users: readonly UserId[], frame: ServerFrame): void;
    connectionsOf(user: UserId): { readonly size: number };
    acceptedConnectionsIn(chat: ChatId): ReadonlySet<{ readonly user: UserId }>;
  };
  fail(error: unknown): void;
}

/** What of a profile changed. */
export type ProfilePart = "fields" | "avatar";

/**
 * Sends a user's new profile to their own sessions and to everyone online who shares a chat with the
 * user and has no active block with them.
 *
 * The changes of `gatherMs` become one frame, which is encoded once. It has the avatar only if the
 * avatar changed, because the avatar is most of the frame.
 */
export function createProfileNotifier(
  { store, view, hub, fail }: ProfileNotifierDeps,
  { gatherMs = 1_000 } = {},
) {
  const gathered = new Map<UserId, { parts: Set<ProfilePart>; timer: NodeJS.Timeout }>();

  async function send(id: UserId): Promise<void> {
    const hasNewAvatar = gathered.get(id)?.parts.has("avatar");
    gathered.delete(id);
    const readers = await readersOf(id);
    if (readers.length === 0) return;
    const user = (await view.show(id, [id])).get(id);
    if (user) hub.toUsers(readers, { type: "profile", user: hasNewAvatar ? user : bare(user) });
  }

  /** The members of the user's chats are not read, because most of many members are not online. */
  async function readersOf(id: UserId): Promise<UserId[]> {
    const online = new Set(hub.connectionsOf(id).size > 0 ? [id] : []);
    for (const chat of await store.acceptedChats(id))
      for (const { user } of hub.acceptedConnectionsIn(chat)) online.add(user);
    const blocked = await store.blockedAmong(id, [...online]);
    return [...online].filter((reader) => !blocked.has(reader));
  }

  return {
    profileChanged(id: UserId, part: ProfilePart): void {
      const timer = () => setTimeout(() => void send(id).catch(fail), gatherMs);
      gathered
        .getOrInsertComputed(id, () => ({ parts: new Set(), timer: timer() }))
        .parts.add(part);
    },

    /** Sends what was gathered. */
    async flush(): Promise<void> {
      for (const [id, { timer }] of gathered) {
        clearTimeout(timer);
        await send(id).catch(fail);
      }
    },
  };
}

function bare({ avatar: _, ...user }: User): Omit<User, "avatar"> {
  return user;
}
