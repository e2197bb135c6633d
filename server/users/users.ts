import type { Database } from "@parley/db/open";
import type { Log } from "@parley/platform/process/log";
import type { ObjectStore } from "../storage/object-store.ts";
import { createAvatars } from "./avatars.ts";
import { createProfileNotifier } from "./profile-notifier.ts";
import { createProfileRoutes } from "./profile-routes.ts";
import { createUserStore } from "./store.ts";
import { createUserSearchRoutes } from "./user-search-routes.ts";
import { createUserView } from "./user-view.ts";

interface UsersDeps {
  db: Database;
  objects: ObjectStore;
  hub: Parameters<typeof createProfileNotifier>[0]["hub"];
  presence: { isOnline(user: string): boolean };
  log: Pick<Log, "warn">;
}

export type Users = ReturnType<typeof createUsers>;

/** Composes users: their routes, and what other folders ask about users. */
export function createUsers({ db, objects, hub, presence, log }: UsersDeps) {
  const store = createUserStore(db);
  const avatars = createAvatars({ objects, log });
  const view = createUserView({ db, avatars, presence });
  const notifyProfileChange = createProfileNotifier({ store, view, hub });
  return {
    ...view,
    shareChat: store.shareChat,
    accounts: store,
    routes: [
      createProfileRoutes({ store, view, avatars, notifyProfileChange }),
      createUserSearchRoutes({ store, view }),
    ],
  };
}
