import type { UserId } from "@parley/contracts/ids";
import type { Queryable } from "@parley/db/queryable";
import { sql } from "kysely";

/**
 * Finds those of `others`, without the user, who are in a chat with the user that both accepted: public
 * channels count, requests do not.
 *
 * The chats of the user are hashed, and the memberships of the others are read by an index. `is true`
 * keeps the planner from joining the two, because without statistics it joins row by row.
 */
export async function acquaintancesAmong(
  q: Queryable,
  user: UserId,
  others: readonly UserId[],
): Promise<Set<UserId>> {
  const asked = new Set(others);
  asked.delete(user);
  if (asked.size === 0) return new Set();
  const { rows } = await sql<{ user_id: UserId }>`
    select distinct user_id from members
    where user_id = any(${[...asked]}::uuid[]) and requested_by is null and (
      chat_id in (select chat_id from members where user_id = ${user} and requested_by is null)
    ) is true
  `.execute(q);
  return new Set(rows.map(({ user_id }) => user_id));
}
