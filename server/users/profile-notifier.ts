import type { ServerFrame } from "@parley/contracts/frames";
import type { UserId } from "@parley/contracts/ids";
import type { UserStore } from "./user-store.ts";
import type { UserView } from "./user-view.ts";

interface ProfileNotifierDeps {
  store: Pick<UserStore, "acquaintances">;
  view: Pick<UserView, "show">;
  hub: {
    toUser(user: UserId, frame: ServerFrame): void;
    connectionsOf(user: UserId): { readonly size: number };
  };
}

export type ProfileNotifier = ReturnType<typeof createProfileNotifier>;

/**
 * Sends a user's new profile to their own sessions and to everyone online who shares a chat with the
 * user and has no active block with them.
 */
export function createProfileNotifier({ store, view, hub }: ProfileNotifierDeps) {
  return async function notifyProfileChange(id: UserId): Promise<void> {
    const readers = [id, ...(await store.acquaintances(id))];
    const online = readers.filter((reader) => hub.connectionsOf(reader).size > 0);
    if (online.length === 0) return;
    const user = (await view.show(id, [id])).get(id);
    if (!user) return;
    for (const reader of online) hub.toUser(reader, { type: "profile", user });
  };
}
