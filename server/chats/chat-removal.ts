import type { ChatId } from "@parley/contracts/ids";
import type { Database } from "@parley/db/open";
import type { Transaction } from "@parley/db/queryable";
import { startWorkLoop, type WorkLoop } from "@parley/platform/async/work-loop";
import type { Log } from "@parley/platform/process/log";
import { sql } from "kysely";

/** The most rows of a table that one transaction deletes. */
const SLICE_ROWS = 1_000;
/** A chunk holds the bodies of 64 messages. */
const SLICE_CHUNKS = 50;
/** How often to look for chats of a server that stopped before it removed them. */
const SWEEP_INTERVAL_MS = 60_000;
const RETRY_INTERVAL_MS = 1_000;

/** Rows of a message; a popular message has many, so that they are deleted in slices of their own. */
const MESSAGE_PARTS = ["reactions", "mentions", "message_files"] as const;

interface Removal {
  readonly chat_id: ChatId;
  readonly removed_seq: number;
  readonly last_seq: number;
}

/**
 * Starts to delete the rows of removed chats in the background.
 *
 * A removed chat has no members and is private, so that nobody can see it, and nothing is written to
 * it. Its rows are deleted in transactions of bounded size, because one statement for a channel of
 * 200,000 messages takes seconds, in which others wait for the disk. The position is stored with each
 * transaction: after a restart the removal goes on from there.
 */
export function startChatRemoval({ db, log }: { db: Database; log: Pick<Log, "warn"> }): WorkLoop {
  /** Pauses for as long as the slice took, so that removals take half of the database's time at most. */
  async function step(): Promise<number> {
    const start = performance.now();
    const isWorking = await db.transaction().execute(removeSlice);
    return isWorking ? performance.now() - start : SWEEP_INTERVAL_MS;
  }

  return startWorkLoop(step, {
    retryMs: RETRY_INTERVAL_MS,
    onError: (err) => log.warn({ err }, "removing a chat failed, retrying"),
  });
}

/** Makes a chat invisible and leaves its rows to the background. */
export async function beginRemoval(tx: Transaction, chat: ChatId): Promise<void> {
  await tx.deleteFrom("members").where("chat_id", "=", chat).execute();
  await tx.updateTable("chats").set({ visibility: "private" }).where("id", "=", chat).execute();
  await tx.insertInto("chat_removals").values({ chat_id: chat }).execute();
}

/** @returns false when no chat is to be removed, or another server removes the only one. */
async function removeSlice(tx: Transaction): Promise<boolean> {
  const removal = await tx
    .selectFrom("chat_removals")
    .innerJoin("chats", "chats.id", "chat_removals.chat_id")
    .select(["chat_id", "removed_seq", "last_seq"])
    .orderBy("requested_at")
    .limit(1)
    .forUpdate("chat_removals")
    .skipLocked()
    .executeTakeFirst();
  if (!removal) return false;
  if (removal.removed_seq < removal.last_seq) await removeEvents(tx, removal);
  else if (!(await removeChunks(tx, removal.chat_id)))
    await tx.deleteFrom("chats").where("id", "=", removal.chat_id).execute();
  return true;
}

/** Deletes the next events of the chat's sequence, or a part of what belongs to them. */
async function removeEvents(tx: Transaction, { chat_id, removed_seq, last_seq }: Removal) {
  const upTo = Math.min(removed_seq + SLICE_ROWS, last_seq);
  const isSlice = sql<boolean>`chat_id = ${chat_id} and seq > ${removed_seq} and seq <= ${upTo}`;
  for (const table of MESSAGE_PARTS) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${sql.table(table)} where ctid = any(array(
        select ctid from ${sql.table(table)} where ${isSlice} limit ${SLICE_ROWS}
      ))
    `.execute(tx);
    if (numAffectedRows >= SLICE_ROWS) return;
  }
  await tx.deleteFrom("messages").where(isSlice).execute();
  await tx.deleteFrom("changes").where(isSlice).execute();
  await tx
    .updateTable("chat_removals")
    .set({ removed_seq: upTo })
    .where("chat_id", "=", chat_id)
    .execute();
}

/** @returns whether there were any. */
async function removeChunks(tx: Transaction, chat: ChatId): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    delete from search_chunks where ctid = any(array(
      select ctid from search_chunks where chat_id = ${chat} limit ${SLICE_CHUNKS}
    ))
  `.execute(tx);
  return numAffectedRows > 0;
}
