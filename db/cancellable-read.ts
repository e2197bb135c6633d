import { sql } from "kysely";
import type { Database } from "./open.ts";
import type { Transaction } from "./queryable.ts";

/**
 * Runs a transaction that reads; when the signal aborts, PostgreSQL cancels the statement that runs.
 *
 * Kysely's own cancellation prints a line for each cancelled statement. The connection is kept until the
 * cancellation has arrived, so that no other statement is cancelled. In a transaction the session stays
 * the same behind a pooler too.
 * @throws the signal's reason when it aborts.
 */
export async function cancellableRead<T>(
  db: Database,
  signal: AbortSignal,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db
    .transaction()
    .setAccessMode("read only")
    .execute(async (tx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
      let cancelled: Promise<unknown> | undefined;
      const cancel = () => {
        cancelled = sql`select pg_cancel_backend(${rows[0]?.pid})`.execute(db).catch(() => {});
      };
      signal.addEventListener("abort", cancel);
      try {
        signal.throwIfAborted();
        const result = await work(tx);
        signal.throwIfAborted();
        return result;
      } catch (error) {
        throw signal.aborted ? signal.reason : error;
      } finally {
        signal.removeEventListener("abort", cancel);
        await cancelled;
      }
    });
}
