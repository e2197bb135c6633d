import type { Database } from "@parley/db/open";
import { sql } from "kysely";
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
        .where(among(users))
        .execute();
      return new Map(rows.map(({ id, last_seen_at }) => [id, last_seen_at]));
    },

    async saveLastSeen(users, at) {
      if (users.length === 0) return;
      await db.updateTable("users").set({ last_seen_at: at }).where(among(users)).execute();
    },
  };
}

/** One parameter, however many users: PostgreSQL takes 65,535 at the most. */
function among(users: readonly string[]) {
  return sql<boolean>`id = any(${users}::uuid[])`;
}
