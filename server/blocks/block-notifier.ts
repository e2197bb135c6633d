import type { Hub } from "../realtime/hub.ts";
import type { UserStore } from "../users/store.ts";
import type { UserView } from "../users/user-view.ts";

interface BlockNotifierDeps {
  users: Pick<UserStore, "shareChat">;
  directory: Pick<UserView, "show">;
  hub: Pick<Hub, "toUser" | "sessionsOf">;
  presence: { blockChanged(one: string, other: string): void };
}

export type BlockNotifier = ReturnType<typeof createBlockNotifier>;

/**
 * Tells two people who share a chat, after a block between them was made or ended, how each may see
 * the other from now on.
 */
export function createBlockNotifier({ users, directory, hub, presence }: BlockNotifierDeps) {
  async function showTo(reader: string, other: string): Promise<void> {
    if (hub.sessionsOf(reader).size === 0) return;
    const user = (await directory.show(reader, [other])).get(other);
    if (user) hub.toUser(reader, { type: "profile", user });
  }

  return async function tell(one: string, other: string): Promise<void> {
    presence.blockChanged(one, other);
    if (!(await users.shareChat(one, other))) return;
    await showTo(one, other);
    await showTo(other, one);
  };
}
