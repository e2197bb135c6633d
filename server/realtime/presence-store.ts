import type { Database } from "@parley/db/open";
import { livePairs } from "../blocks/live-pairs.ts";
import type { PresenceDeps } from "./presence.ts";

type Stored = Pick<PresenceDeps, "blockedWith" | "readLastSeen" | "saveLastSeen">;

/** What presence needs of the database. */
export function createPresenceStore(db: Database): Stored {
  return {
    blockedWith: (users) => livePairs(db, users, new Date()),

    async readLastSeen(users) {
      const rows = await db
        .selectFrom("users")
        .select(["id", "last_seen_at"])
        .where("id", "in", users)
        .execute();
      return new Map(rows.map(({ id, last_seen_at }) => [id, last_seen_at]));
    },

    async saveLastSeen(users, at) {
      if (users.length === 0) return;
      await db.updateTable("users").set({ last_seen_at: at }).where("id", "in", users).execute();
    },
  };
}
