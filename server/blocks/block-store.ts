import type { UserId } from "@parley/contracts/ids";
import { LIMITS } from "@parley/contracts/limits";
import type { Database } from "@parley/db/open";
import { opaque, type Parameters, prepare } from "@parley/db/prepare";
import { type QueryExecutorProvider, sql } from "kysely";

export interface BlockRow {
  readonly blocker_id: UserId;
  readonly blocked_id: UserId;
  readonly created_at: Date;
  /** Null for a permanent block. */
  readonly expires_at: Date | null;
}

/** The active blocks that a user made, the newest first. */
export function activeBlocks(
  q: QueryExecutorProvider,
  blocker: UserId,
  at: Date,
): Promise<ListedBlock[]> {
  return findActive.rows(q, { blocker, at });
}

/** A block, whose times are texts because they are only sent on. */
export interface ListedBlock {
  readonly blocked_id: UserId;
  readonly created_at: string;
  readonly expires_at: string | null;
}

const findActive = prepare(
  (_db, { blocker, at }: Parameters<{ blocker: UserId; at: Date }>) => sql<ListedBlock>`
    select blocked_id, created_at::text, expires_at::text from blocks
    where blocker_id = ${opaque(blocker, "uuid")} and (expires_at is null or expires_at > ${at}::timestamptz)
    order by blocks.created_at desc, blocked_id
  `,
);

/** How many blocks one statement ends at most. */
const BATCH_SIZE = 500;

export type BlockStore = ReturnType<typeof createBlockStore>;

/** The table of blocks. */
export function createBlockStore(db: Database) {
  return {
    /** Whether a user has as many blocks of others than `blocked` as one may have. */
    async isFull(blocker: UserId, blocked: UserId): Promise<boolean> {
      const rows = await db
        .selectFrom("blocks")
        .select("blocked_id")
        .where("blocker_id", "=", blocker)
        .where("blocked_id", "<>", blocked)
        .limit(LIMITS.maxBlocks)
        .execute();
      return rows.length >= LIMITS.maxBlocks;
    },

    /** Stores a block, or changes the end of an existing one. @returns null when the blocked user does not exist. */
    async put(blocker: UserId, blocked: UserId, expiresAt: Date | null) {
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

    /** @returns whether the block existed. */
    async remove(blocker: UserId, blocked: UserId): Promise<boolean> {
      const removed = await db
        .deleteFrom("blocks")
        .where("blocker_id", "=", blocker)
        .where("blocked_id", "=", blocked)
        .returning("blocked_id")
        .executeTakeFirst();
      return removed !== undefined;
    },

    /** Deletes up to 500 blocks that have ended. Of several servers, only one receives each row. */
    async endDue(now: Date): Promise<BlockRow[]> {
      const { rows } = await sql<BlockRow>`
        delete from blocks where (blocker_id, blocked_id) in (
          select blocker_id, blocked_id from blocks where expires_at <= ${now}
          order by expires_at limit ${BATCH_SIZE} for update skip locked
        ) returning *
      `.execute(db);
      return rows;
    },

    /** @returns when the next block ends; null when all blocks are permanent. */
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
