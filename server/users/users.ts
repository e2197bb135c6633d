import type { UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Database } from "@parley/db/open";
import { createLocalKeyRate } from "@parley/platform/async/key-rate";
import type { Log } from "@parley/platform/process/log";
import type { ObjectStore } from "../storage/object-store.ts";
import { createAvatars } from "./avatars.ts";
import { createProfileChanges } from "./profile-changes.ts";
import { createProfileNotifier, type ProfilePart } from "./profile-notifier.ts";
import { createProfileRoutes } from "./profile-routes.ts";
import { createUserSearchRoutes } from "./user-search-routes.ts";
import { createUserStore } from "./user-store.ts";
import { createUserView } from "./user-view.ts";

interface UsersDeps {
  db: Database;
  reads: Database;
  objects: ObjectStore;
  hub: Parameters<typeof createProfileNotifier>[0]["hub"];
  presence: { isOnline(user: UserId): boolean };
  /** Tells the other servers, each of which notifies the users who are connected to it. */
  cluster: { profileChanged(user: UserId, part: ProfilePart): void };
  log: Pick<Log, "warn">;
  fail(error: unknown): void;
}

export type Users = ReturnType<typeof createUsers>;

/** Composes users: their routes, and what other folders ask about users. */
export function createUsers({ db, reads, objects, hub, presence, cluster, log, fail }: UsersDeps) {
  const store = createUserStore(db);
  const avatars = createAvatars({ objects, log });
  const view = createUserView({ db: reads, avatars, presence });
  const rate = createLocalKeyRate({
    max: LIMITS.maxProfileChangesPerMinute,
    windowMs: 60_000,
    detail: "You change your profile too often.",
  });
  const notifier = createProfileNotifier({ store, view, hub, fail });
  const notify = (user: UserId, part: ProfilePart) => {
    cluster.profileChanged(user, part);
    notifier.profileChanged(user, part);
  };
  const changes = createProfileChanges({ store, avatars, rate, notify });
  return {
    ...view,
    shareChat: store.shareChat,
    accounts: store,
    notifyHere: notifier.profileChanged,
    /** Sends the profile changes that are gathered. */
    flush: notifier.flush,
    routes: [
      createProfileRoutes({ changes, view }),
      createUserSearchRoutes({ store: createUserStore(reads), view }),
    ],
    [Symbol.dispose]: () => rate[Symbol.dispose](),
  };
}
