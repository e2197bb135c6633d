import type { SessionId, UserId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";

export interface PasswordChange {
  readonly user: UserId;
  /** The session that stays. */
  readonly kept: SessionId;
  /** The hash that the current password matched. */
  readonly verifiedHash: string;
  readonly nextHash: string;
}

/**
 * Changes a user's password, if the hash that was verified still stands, and ends all other sessions of
 * the user. A sign-in with the old password has stored its session before, or stores none.
 * @returns the IDs of the sessions that ended; null when the password was changed meanwhile.
 */
export function changePassword(
  db: Database,
  { user, kept, verifiedHash, nextHash }: PasswordChange,
): Promise<SessionId[] | null> {
  return db.transaction().execute(async (tx) => {
    const changed = await tx
      .updateTable("users")
      .set({ password_hash: nextHash })
      .where("id", "=", user)
      .where("password_hash", "=", verifiedHash)
      .returning("id")
      .executeTakeFirst();
    if (!changed) return null;
    // A statement of its own, because it must see the sessions that were stored while the row was locked.
    const ended = await tx
      .deleteFrom("sessions")
      .where("user_id", "=", user)
      .where("id", "<>", kept)
      .returning("id")
      .execute();
    return ended.map(({ id }) => id);
  });
}
