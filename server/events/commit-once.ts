import type { Database } from "@parley/db/open";
import type { Queryable, Transaction } from "@parley/db/queryable";
import type { Log } from "@parley/platform/process/log";
import { sql } from "kysely";
import { withRetry } from "./with-retry.ts";

/** The result of a transaction whose commit may or may not have succeeded. */
interface UnknownCommit<T> {
  readonly xid: string;
  readonly result: T;
}

/**
 * Commits a transaction exactly once, with retries.
 *
 * When the response to a commit is lost, PostgreSQL is asked for the status of the transaction
 * (`pg_xact_status`). A change that ran again after its commit would see its own result, and be
 * refused or happen twice.
 * @param work runs for each try, in a transaction of its own.
 * @param deadline in the time of `performance.now()`.
 * @throws the errors of {@link withRetry}.
 */
export function commitOnce<T>(
  { db, log }: { db: Database; log: Log },
  work: (tx: Transaction) => Promise<T>,
  deadline: number,
): Promise<T> {
  let unknown: UnknownCommit<T> | undefined;

  async function transact(): Promise<T> {
    if (unknown && (await hasCommitted(db, unknown.xid))) return unknown.result;
    unknown = undefined;
    return db.transaction().execute(async (tx) => {
      const result = await work(tx);
      const xid = await readXid(tx);
      // A transaction that wrote nothing may run again.
      if (xid !== null) unknown = { xid, result };
      return result;
    });
  }

  return withRetry(log, transact, deadline);
}

/** @returns null when the transaction has written nothing. */
async function readXid(tx: Transaction): Promise<string | null> {
  const { rows } = await sql<{ xid: string | null }>`
    select pg_current_xact_id_if_assigned()::text as xid
  `.execute(tx);
  return rows[0]?.xid ?? null;
}

/** @throws Error that is transient while the transaction is in progress. */
async function hasCommitted(q: Queryable, xid: string): Promise<boolean> {
  const { rows } = await sql<{ status: string | null }>`
    select pg_xact_status(${xid}::xid8) as status
  `.execute(q);
  const status = rows[0]?.status;
  if (status === "in progress") throw new Error("connection lost during a commit");
  return status === "committed";
}
