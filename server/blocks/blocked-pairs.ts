import type { UserId } from "@parley/contracts/ids";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { type QueryExecutorProvider, sql } from "kysely";

/**
 * @returns for each of `users`, who has an active block with them, whichever of the two made it; a
 *   user without a block is not in the map.
 */
export async function blockedPairs(
  q: QueryExecutorProvider,
  users: readonly UserId[],
  at: Date,
): Promise<Map<string, Set<string>>> {
  const pairs = new Map<string, Set<string>>();
  for (const { user, other } of await findPairs.rows(q, { users, at }))
    pairs.getOrInsertComputed(user, () => new Set()).add(other);
  return pairs;
}

/** Each user's blocks are read by an index, and those of others of the user by another. */
const findPairs = prepare(
  (_db, { users, at }: Parameters<{ users: readonly UserId[]; at: Date }>) => sql<{
    user: UserId;
    other: UserId;
  }>`
    select asked.id as user, pair.other from unnest(${opaque(users, "uuid[]")}) as asked (id)
    cross join lateral (
      select blocked_id as other, expires_at from blocks where blocker_id = asked.id
      union all
      select blocker_id, expires_at from blocks where blocked_id = asked.id
    ) as pair
    where pair.expires_at is null or pair.expires_at > ${at}::timestamptz
  `,
);
