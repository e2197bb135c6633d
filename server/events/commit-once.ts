import type { Database } from "@parley/db/open";
import type { Queryable, Transaction } from "@parley/db/queryable";
import type { Log } from "@parley/platform/process/log";
import { sql } from "kysely";
import { withRetry } from "./with-retry.ts";

/** What was done in a transaction whose commit may or may not have come to be. */
interface Unsure<T> {
  readonly xid: string;
  readonly result: T;
}

/**
 * Commits a transaction exactly once, however often it must be tried.
 *
 * When the answer to a commit is lost, PostgreSQL is asked what became of it: done over, a change
 * would meet its own traces, and refuse itself or happen twice.
 * @param work is called for each try, with a transaction of its own.
 * @param deadline as `performance.now()` tells it.
 * @throws what {@link withRetry} throws.
 */
export function commitOnce<T>(
  { db, log }: { db: Database; log: Log },
  work: (tx: Transaction) => Promise<T>,
  deadline: number,
): Promise<T> {
  let unsure: Unsure<T> | undefined;

  async function transact(): Promise<T> {
    if (unsure && (await hasCommitted(db, unsure.xid))) return unsure.result;
    unsure = undefined;
    return db.transaction().execute(async (tx) => {
      const result = await work(tx);
      const xid = await idOf(tx);
      // Where nothing was written, it does not matter what became of it.
      if (xid !== null) unsure = { xid, result };
      return result;
    });
  }

  return withRetry(log, transact, deadline);
}

async function idOf(tx: Transaction): Promise<string | null> {
  const { rows } = await sql<{ xid: string | null }>`
    select pg_current_xact_id_if_assigned()::text as xid
  `.execute(tx);
  return rows[0]?.xid ?? null;
}

/** @throws Error that passes, while the transaction is still on its way. */
async function hasCommitted(q: Queryable, xid: string): Promise<boolean> {
  const { rows } = await sql<{ status: string | null }>`
    select pg_xact_status(${xid}::xid8) as status
  `.execute(q);
  const status = rows[0]?.status;
  if (status === "in progress") throw new Error("connection lost in the midst of a commit");
  return status === "committed";
}
