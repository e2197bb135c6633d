import type { UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/process/log";
import type { ObjectStore } from "../storage/object-store.ts";
import { createAvatars } from "./avatars.ts";
import { createProfileNotifier } from "./profile-notifier.ts";
import { createProfileRoutes } from "./profile-routes.ts";
import { createUserSearchRoutes } from "./user-search-routes.ts";
import { createUserStore } from "./user-store.ts";
import { createUserView } from "./user-view.ts";

interface UsersDeps {
  db: Database;
  objects: ObjectStore;
  hub: Parameters<typeof createProfileNotifier>[0]["hub"];
  presence: { isOnline(user: UserId): boolean };
  /** Tells the other servers, each of which notifies the users who are connected to it. */
  cluster: { profileChanged(user: UserId): void };
  log: Pick<Log, "warn">;
}

export type Users = ReturnType<typeof createUsers>;

/** Composes users: their routes, and what other folders ask about users. */
export function createUsers({ db, objects, hub, presence, cluster, log }: UsersDeps) {
  const store = createUserStore(db);
  const avatars = createAvatars({ objects, log });
  const view = createUserView({ db, avatars, presence });
  const notifyHere = createProfileNotifier({ store, view, hub });
  const notifyProfileChange = (user: UserId) => {
    cluster.profileChanged(user);
    return notifyHere(user);
  };
  return {
    ...view,
    shareChat: store.shareChat,
    accounts: store,
    notifyHere,
    routes: [
      createProfileRoutes({ store, view, avatars, notifyProfileChange }),
      createUserSearchRoutes({ store, view }),
    ],
  };
}
