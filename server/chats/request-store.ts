import type { ChatId, UserId } from "@parley/contracts/ids";
import type { Transaction } from "@parley/db/queryable";
import { sql } from "kysely";
import { acquaintancesAmong } from "../users/acquaintances.ts";
import { creationsSince, type Invitee, type Requester } from "./request-rules.ts";

/** The class of the advisory locks under which the chats and requests of a user are counted. */
const LOCK_CLASS = 7_310_002;

/**
 * Locks what is counted of users, in one order, until the end of the transaction: their chats, their
 * requests and the chats that they made. Rows of `users` are not locked, because others update them.
 */
export async function lockCounts(tx: Transaction, users: readonly UserId[]): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(${LOCK_CLASS}::int, key) from (
      select distinct hashtext(id::text) as key from unnest(${[...users]}::uuid[]) as locked (id)
      order by key offset 0
    ) as keys
  `.execute(tx);
}

/** Reads what the admission of `invited` by `requester` depends on. The counts must be locked. */
export async function readInvitation(
  tx: Transaction,
  requester: UserId,
  invited: readonly UserId[],
): Promise<{ requester: Requester; invited: Invitee[] }> {
  const { rows } = await sql<Omit<Invitee, "isAcquainted">>`
    select invited.id, count(members.chat_id) as chats, count(members.requested_by) as requests,
      (select at from ended_requests where requester_id = ${requester} and user_id = invited.id)
        as "endedAt"
    from unnest(${[...invited]}::uuid[]) as invited (id)
    left join members on members.user_id = invited.id
    group by invited.id
  `.execute(tx);
  const acquainted = await acquaintancesAmong(tx, requester, invited);
  return {
    requester: { openRequests: await countOpenRequests(tx, requester) },
    invited: rows.map((row) => ({ ...row, isAcquainted: acquainted.has(row.id) })),
  };
}

async function countOpenRequests(tx: Transaction, requester: UserId): Promise<number> {
  const { count } = await tx
    .selectFrom("members")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("requested_by", "=", requester)
    .executeTakeFirstOrThrow();
  return count;
}

/** Counts the chats that a user is in, requests included. */
export async function countChats(tx: Transaction, user: UserId): Promise<number> {
  const { count } = await tx
    .selectFrom("members")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    .where("user_id", "=", user)
    .executeTakeFirstOrThrow();
  return count;
}

/** The requests of one user that are open at another. */
export async function requestsBetween(
  tx: Transaction,
  requester: UserId,
  user: UserId,
): Promise<ChatId[]> {
  const rows = await tx
    .selectFrom("members")
    .select("chat_id")
    .where("requested_by", "=", requester)
    .where("user_id", "=", user)
    .orderBy("chat_id")
    .execute();
  return rows.map(({ chat_id }) => chat_id);
}

/** Stores that a request ended without being accepted. */
export async function insertEndedRequest(
  tx: Transaction,
  requester: UserId,
  user: UserId,
  at: Date,
): Promise<void> {
  await tx
    .insertInto("ended_requests")
    .values({ requester_id: requester, user_id: user, at })
    .onConflict((conflict) => conflict.columns(["requester_id", "user_id"]).doUpdateSet({ at }))
    .execute();
}

/** When a user made the chats of the last 24 hours, the oldest first; older creations are deleted. */
export async function recentCreations(tx: Transaction, user: UserId, now: Date): Promise<Date[]> {
  const since = creationsSince(now);
  await tx
    .deleteFrom("chat_creations")
    .where("user_id", "=", user)
    .where("at", "<=", since)
    .execute();
  const rows = await tx
    .selectFrom("chat_creations")
    .select("at")
    .where("user_id", "=", user)
    .orderBy("at")
    .execute();
  return rows.map(({ at }) => at);
}

export async function insertCreation(tx: Transaction, user: UserId, at: Date): Promise<void> {
  await tx.insertInto("chat_creations").values({ user_id: user, at }).execute();
}
