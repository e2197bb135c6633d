import type { UserId } from "@parley/contracts/ids";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";

/**
 * Finds those of `others` who are in a chat with a user that both accepted: public channels count,
 * requests do not.
 *
 * The memberships of each side are read by an index and joined by hash. `offset 0` keeps the planner
 * from looking up each of the others in each chat of the user.
 */
export async function acquaintancesAmong(
  q: Queryable,
  user: UserId,
  others: readonly UserId[],
): Promise<Set<UserId>> {
  if (others.length === 0) return new Set();
  const { rows } = await sql<{ user_id: UserId }>`
    select distinct theirs.user_id from (
      select user_id, chat_id from members
      where user_id = any(${[...new Set(others)]}::uuid[]) and requested_by is null offset 0
    ) as theirs
    join (
      select chat_id from members where user_id = ${user} and requested_by is null offset 0
    ) as mine using (chat_id)
  `.execute(q);
  return new Set(rows.map(({ user_id }) => user_id));
}
