import type { UserId } from "@parley/contracts/ids";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";

/**
 * @returns for each of `users`, who has an active block with them, whichever of the two made it; a
 *   user without a block is not in the map.
 */
export async function blockedPairs(
  q: Queryable,
  users: readonly UserId[],
  at: Date,
): Promise<Map<string, Set<string>>> {
  const { rows } = await sql<{ user: UserId; other: UserId }>`
    select blocker_id as user, blocked_id as other from blocks
    where blocker_id = any(${users}::uuid[]) and (expires_at is null or expires_at > ${at})
    union
    select blocked_id, blocker_id from blocks
    where blocked_id = any(${users}::uuid[]) and (expires_at is null or expires_at > ${at})
  `.execute(q);
  const groups = Map.groupBy(rows, ({ user }) => user);
  return new Map(
    [...groups].map(([user, rows]) => [user, new Set(rows.map(({ other }) => other))]),
  );
}
