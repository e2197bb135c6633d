import type { ServerFrame } from "@parley/contracts/frames";
import type { UserId } from "@parley/contracts/ids";
import type { User } from "@parley/contracts/users";

interface BlockNotifierDeps {
  users: {
    show(viewer: UserId, ids: readonly string[]): Promise<ReadonlyMap<string, User>>;
    shareChat(one: UserId, other: UserId): Promise<boolean>;
  };
  hub: {
    toUser(user: UserId, frame: ServerFrame): void;
    connectionsOf(user: UserId): { readonly size: number };
  };
  presence: { blockChanged(one: UserId, other: UserId): void };
}

export type BlockNotifier = ReturnType<typeof createBlockNotifier>;

/**
 * Notifies two users after a block between them began or ended. If they share a chat, each receives
 * the other's profile as they may see it from then on.
 */
export function createBlockNotifier({ users, hub, presence }: BlockNotifierDeps) {
  async function sendProfile(viewer: UserId, other: UserId): Promise<void> {
    if (hub.connectionsOf(viewer).size === 0) return;
    const user = (await users.show(viewer, [other])).get(other);
    if (user) hub.toUser(viewer, { type: "profile", user });
  }

  return async function notifyBlockChange(one: UserId, other: UserId): Promise<void> {
    presence.blockChanged(one, other);
    if (!(await users.shareChat(one, other))) return;
    await sendProfile(one, other);
    await sendProfile(other, one);
  };
}
