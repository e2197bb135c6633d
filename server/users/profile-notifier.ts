import type { Hub } from "../realtime/hub.ts";
import type { UserStore } from "./store.ts";
import type { UserDirectory } from "./user-view.ts";

interface NewsDeps {
  users: Pick<UserStore, "acquaintances">;
  directory: Pick<UserDirectory, "show">;
  hub: Pick<Hub, "toUser" | "sessionsOf">;
}

export type ProfileNews = ReturnType<typeof createProfileNews>;

/** Tells a user's own sessions, and everyone online who shares a chat with them and has no block, of their new profile. */
export function createProfileNews({ users, directory, hub }: NewsDeps) {
  return async function tell(id: string): Promise<void> {
    const readers = [id, ...(await users.acquaintances(id))];
    const online = readers.filter((reader) => hub.sessionsOf(reader).size > 0);
    if (online.length === 0) return;
    const user = (await directory.show(id, [id])).get(id);
    if (!user) return;
    for (const reader of online) hub.toUser(reader, { type: "profile", user });
  };
}
