import type { Database } from "@parley/db/open";
import type { Queryable } from "@parley/db/queryable";
import { type Expression, sql } from "kysely";

/**
 * Asks for the blocks that stand between two users at a time, whoever made them: one with an end
 * counts until that very millisecond, whether or not it was taken away yet.
 */
export function activeBlockBetween(
  q: Queryable,
  one: string,
  other: string | Expression<string>,
  at: Date,
) {
  const them = typeof other === "string" ? sql<string>`${other}::uuid` : other;
  return (q as Database)
    .selectFrom("blocks")
    .select("blocks.blocker_id")
    .where((eb) =>
      eb.or([
        eb.and([eb("blocker_id", "=", one), eb("blocked_id", "=", them)]),
        eb.and([eb("blocked_id", "=", one), eb("blocker_id", "=", them)]),
      ]),
    )
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", at)]));
}

/** Which of `others` have a live block with `user`, whoever made it. */
export async function blockedUsers(
  q: Queryable,
  user: string,
  others: readonly string[],
  at: Date,
): Promise<Set<string>> {
  if (others.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select other.id from unnest(${[...new Set(others)]}::uuid[]) as other (id)
    where exists (${activeBlockBetween(q, user, sql.ref("other.id"), at)})
  `.execute(q);
  return new Set(rows.map(({ id }) => id));
}
