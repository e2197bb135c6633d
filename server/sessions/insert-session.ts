import type { SessionId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Database } from "@parley/db/open";
import type { SessionsTable, Tables } from "@parley/db/schema";
import type { Selectable, Transaction } from "kysely";

type Session = Selectable<SessionsTable>;

/**
 * Inserts a session, if the password hash that was verified is still the user's, and ends the sessions
 * of the user that have expired or are too many. The row of the user stays locked until the commit, so
 * that changes of the password and other sign-ins of the user wait.
 * @returns the IDs of the sessions that ended; null when the password was changed meanwhile.
 */
export function insertSession(
  db: Database,
  session: Session,
  verifiedHash: string,
): Promise<SessionId[] | null> {
  return db.transaction().execute(async (tx) => {
    // Compared by PostgreSQL once more after it has waited for the lock.
    const owner = await tx
      .selectFrom("users")
      .select("id")
      .where("id", "=", session.user_id)
      .where("password_hash", "=", verifiedHash)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!owner) return null;
    await tx.insertInto("sessions").values(session).execute();
    return endSurplus(tx, session);
  });
}

/** Ends a user's sessions except a new one and the newest others. @returns the IDs of those that ended. */
async function endSurplus(tx: Transaction<Tables>, added: Session): Promise<SessionId[]> {
  const newestOthers = tx
    .selectFrom("sessions")
    .select("id")
    .where("user_id", "=", added.user_id)
    .where("id", "<>", added.id)
    .where("expires_at", ">", added.created_at)
    .orderBy("id", "desc")
    .limit(LIMITS.maxSessionsPerUser - 1);
  const ended = await tx
    .deleteFrom("sessions")
    .where("user_id", "=", added.user_id)
    .where("id", "<>", added.id)
    .where("id", "not in", newestOthers)
    .returning("id")
    .execute();
  return ended.map(({ id }) => id);
}
