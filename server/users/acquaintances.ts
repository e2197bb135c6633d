import type { UserId } from "@parley/contracts/ids";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import type { Queryable } from "@parley/db/queryable";
import { type Expression, sql } from "kysely";

/**
 * Selects a row if two different users are in a chat that both accepted: public channels count, requests
 * do not.
 *
 * The chats of `one` are read once for all `other`s, and hashed; `is true` keeps the planner from joining
 * them, because without statistics it joins row by row. Of the memberships of an `other`, those up to the
 * first in common are read, by an index.
 */
export function commonChat(one: Expression<UserId>, other: Expression<UserId>) {
  return sql`(
    select true as is_found from members
    where ${other} <> ${one} and user_id = ${other} and requested_by is null and (
      chat_id in (select chat_id from members where user_id = ${one} and requested_by is null)
    ) is true
    limit 1
  )`;
}

/** Finds those of `others`, without the user, who have a {@link commonChat} with the user. */
export async function acquaintancesAmong(
  q: Queryable,
  user: UserId,
  others: readonly UserId[],
): Promise<Set<UserId>> {
  if (others.length === 0) return new Set();
  const rows = await findAcquaintances.rows(q, { user, others: [...new Set(others)] });
  return new Set(rows.map(({ id }) => id));
}

const findAcquaintances = prepare(
  (_db, { user, others }: Parameters<{ user: UserId; others: readonly UserId[] }>) =>
    sql<{ id: UserId }>`
      select asked.id from unnest(${opaque(others, "uuid[]")}) as asked (id)
      cross join lateral ${commonChat(user, sql.ref("asked.id"))} as common
    `,
);
