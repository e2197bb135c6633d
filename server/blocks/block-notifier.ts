import type { Hub } from "../realtime/hub.ts";
import type { UserStore } from "../users/store.ts";
import type { UserDirectory } from "../users/user-view.ts";

interface NewsDeps {
  users: Pick<UserStore, "shareChat">;
  directory: Pick<UserDirectory, "show">;
  hub: Pick<Hub, "toUser" | "sessionsOf">;
  presence: { blockChanged(one: string, other: string): void };
}

export type BlockNews = ReturnType<typeof createBlockNews>;

/**
 * Tells two people who share a chat, after a block between them was made or ended, how each may see
 * the other from now on.
 */
export function createBlockNews({ users, directory, hub, presence }: NewsDeps) {
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
