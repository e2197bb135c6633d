import type { UserId } from "@parley/contracts/ids";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";

/**
 * Finds those of `others` who are in a chat with a user that both accepted: public channels count,
 * requests do not.
 *
 * The chats of the user are hashed, and the memberships of the others are read by an index. `is true`
 * keeps the planner from joining the two, because without statistics it joins row by row.
 */
export async function acquaintancesAmong(
  q: Queryable,
  user: UserId,
  others: readonly UserId[],
): Promise<Set<UserId>> {
  if (others.length === 0) return new Set();
  const { rows } = await sql<{ user_id: UserId }>`
    select distinct user_id from members
    where user_id = any(${[...new Set(others)]}::uuid[]) and requested_by is null and (
      chat_id in (select chat_id from members where user_id = ${user} and requested_by is null)
    ) is true
  `.execute(q);
  return new Set(rows.map(({ user_id }) => user_id));
}
