import type { UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import type { Queryable } from "@parley/db/queryable";
import { type Expression, sql } from "kysely";

/**
 * Selects the blocks between two users that are active at a time, whichever of the two made them.
 * A block is inactive from the millisecond of its end, even if its row still exists.
 */
export function activeBlockBetween(
  q: Queryable,
  one: UserId,
  other: string | Expression<string>,
  at: Date,
) {
  const otherId = typeof other === "string" ? sql<string>`${other}::uuid` : other;
  return (q as Database)
    .selectFrom("blocks")
    .select("blocks.blocker_id")
    .where((eb) =>
      eb.or([
        eb.and([eb("blocker_id", "=", one), eb("blocked_id", "=", otherId)]),
        eb.and([eb("blocked_id", "=", one), eb("blocker_id", "=", otherId)]),
      ]),
    )
    .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", at)]));
}

/**
 * Selects true if one user has an active block of another, otherwise null. A scalar subquery is a
 * look-up by the key; `exists`, or one condition for both directions, would read all blocks of a user.
 * The function `send_permissions` (db/migrations/022-store-message.ts) has the same condition.
 */
export function activeBlockBy(
  blocker: Expression<unknown>,
  blocked: Expression<unknown>,
  at: Expression<Date>,
) {
  return sql<true | null>`(
    select true from blocks where blocker_id = ${blocker} and blocked_id = ${blocked}
      and (expires_at is null or expires_at > ${at}::timestamptz)
  )`;
}

/** @returns those of `others` who have an active block with `user`, whichever of the two made it. */
export async function blockedUsers(
  q: Queryable,
  user: UserId,
  others: readonly UserId[],
  at: Date,
): Promise<Set<string>> {
  if (others.length === 0) return new Set();
  const { rows } = await sql<{ id: string }>`
    select other.id from unnest(${[...new Set(others)]}::uuid[]) as other (id)
    where exists (${activeBlockBetween(q, user, sql.ref("other.id"), at)})
  `.execute(q);
  return new Set(rows.map(({ id }) => id));
}
