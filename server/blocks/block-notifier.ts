import type { ServerFrame } from "@parley/contracts/frames";
import type { User } from "@parley/contracts/users";

interface BlockNotifierDeps {
  users: {
    show(viewer: string, ids: readonly string[]): Promise<ReadonlyMap<string, User>>;
    shareChat(one: string, other: string): Promise<boolean>;
  };
  hub: {
    toUser(user: string, frame: ServerFrame): void;
    connectionsOf(user: string): { readonly size: number };
  };
  presence: { blockChanged(one: string, other: string): void };
}

export type BlockNotifier = ReturnType<typeof createBlockNotifier>;

/**
 * Notifies two users after a block between them began or ended. If they share a chat, each receives
 * the other's profile as they may see it from then on.
 */
export function createBlockNotifier({ users, hub, presence }: BlockNotifierDeps) {
  async function sendProfile(viewer: string, other: string): Promise<void> {
    if (hub.connectionsOf(viewer).size === 0) return;
    const user = (await users.show(viewer, [other])).get(other);
    if (user) hub.toUser(viewer, { type: "profile", user });
  }

  return async function notifyBlockChange(one: string, other: string): Promise<void> {
    presence.blockChanged(one, other);
    if (!(await users.shareChat(one, other))) return;
    await sendProfile(one, other);
    await sendProfile(other, one);
  };
}
