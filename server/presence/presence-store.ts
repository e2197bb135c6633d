import type { UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { sql } from "kysely";
import { blockedPairs } from "../blocks/blocked-pairs.ts";

/** The database of presence: each call is one statement for any number of users, and none for no users. */
export interface PresenceStore {
  /** The users with whom each user has an active block, in either direction. */
  blockedWith(users: readonly UserId[]): Promise<ReadonlyMap<string, ReadonlySet<string>>>;
  readLastSeen(users: readonly UserId[]): Promise<ReadonlyMap<string, Date | null>>;
  saveLastSeen(times: ReadonlyMap<string, Date>): Promise<void>;
}

export function createPresenceStore({
  db,
  reads,
}: {
  db: Database;
  reads: Database;
}): PresenceStore {
  return {
    async blockedWith(users) {
      return users.length === 0 ? new Map() : blockedPairs(reads, users, new Date());
    },

    async readLastSeen(users) {
      if (users.length === 0) return new Map();
      const rows = await findLastSeen.rows(reads, { users });
      return new Map(rows.map(({ id, last_seen_at }) => [id, last_seen_at]));
    },

    async saveLastSeen(times) {
      if (times.size === 0) return;
      const ats = [...times.values()].map((at) => at.toISOString());
      await sql`
        update users set last_seen_at = seen.at
        from unnest(${[...times.keys()]}::uuid[], ${ats}::timestamptz[]) as seen (id, at)
        where users.id = seen.id
      `.execute(db);
    },
  };
}

const findLastSeen = prepare(
  (_db, { users }: Parameters<{ users: readonly UserId[] }>) => sql<{
    id: UserId;
    last_seen_at: Date | null;
  }>`
    select found.* from unnest(${opaque(users, "uuid[]")}) as asked (id)
    cross join lateral (
      select id, last_seen_at from users where id = asked.id limit 1
    ) as found
  `,
);
