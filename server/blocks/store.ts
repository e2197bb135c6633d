import type { Database } from "@parley/db/open";
import { sql } from "kysely";

export interface BlockRow {
  readonly blocker_id: string;
  readonly blocked_id: string;
  readonly created_at: Date;
  /** Null: for good. */
  readonly expires_at: Date | null;
}

/** How many blocks are ended in one statement. */
const BATCH = 500;

export type BlockStore = ReturnType<typeof createBlockStore>;

/** Keeps who blocks whom, and until when. */
export function createBlockStore(db: Database) {
  return {
    /** The live blocks that a user made, the newest first. */
    list(blocker: string, now: Date): Promise<BlockRow[]> {
      return db
        .selectFrom("blocks")
        .selectAll()
        .where("blocker_id", "=", blocker)
        .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
        .orderBy("created_at", "desc")
        .orderBy("blocked_id")
        .execute();
    },

    /** Blocks someone, or gives the block that stands another end. @returns null when there is no such user. */
    async put(blocker: string, blocked: string, expiresAt: Date | null) {
      const row = await db
        .insertInto("blocks")
        .columns(["blocker_id", "blocked_id", "expires_at"])
        .expression((eb) =>
          eb
            .selectFrom("users")
            .select([
              eb.val(blocker).$castTo<string>().as("blocker_id"),
              "id",
              sql<Date | null>`${expiresAt}::timestamptz`.as("expires_at"),
            ])
            .where("id", "=", blocked),
        )
        .onConflict((conflict) =>
          conflict.columns(["blocker_id", "blocked_id"]).doUpdateSet({ expires_at: expiresAt }),
        )
        .returningAll()
        .executeTakeFirst();
      return row ?? null;
    },

    /** @returns whether there was one. */
    async remove(blocker: string, blocked: string): Promise<boolean> {
      const removed = await db
        .deleteFrom("blocks")
        .where("blocker_id", "=", blocker)
        .where("blocked_id", "=", blocked)
        .returning("blocked_id")
        .executeTakeFirst();
      return removed !== undefined;
    },

    /** Takes away blocks whose time is over; of several servers, one gets each. */
    async endDue(now: Date): Promise<BlockRow[]> {
      const { rows } = await sql<BlockRow>`
        delete from blocks where (blocker_id, blocked_id) in (
          select blocker_id, blocked_id from blocks where expires_at <= ${now}
          order by expires_at limit ${BATCH} for update skip locked
        ) returning *
      `.execute(db);
      return rows;
    },

    /** When the next block ends; null when none has an end. */
    async nextEnd(): Promise<Date | null> {
      const row = await db
        .selectFrom("blocks")
        .select("expires_at")
        .where("expires_at", "is not", null)
        .orderBy("expires_at")
        .limit(1)
        .executeTakeFirst();
      return row?.expires_at ?? null;
    },
  };
}
