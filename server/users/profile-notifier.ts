import type { Hub } from "../realtime/hub.ts";
import type { UserStore } from "./store.ts";
import type { UserView } from "./user-view.ts";

interface ProfileNotifierDeps {
  users: Pick<UserStore, "acquaintances">;
  directory: Pick<UserView, "show">;
  hub: Pick<Hub, "toUser" | "sessionsOf">;
}

export type ProfileNotifier = ReturnType<typeof createProfileNotifier>;

/** Tells a user's own sessions, and everyone online who shares a chat with them and has no block, of their new profile. */
export function createProfileNotifier({ users, directory, hub }: ProfileNotifierDeps) {
  return async function tell(id: string): Promise<void> {
    const readers = [id, ...(await users.acquaintances(id))];
    const online = readers.filter((reader) => hub.sessionsOf(reader).size > 0);
    if (online.length === 0) return;
    const user = (await directory.show(id, [id])).get(id);
    if (!user) return;
    for (const reader of online) hub.toUser(reader, { type: "profile", user });
  };
}
