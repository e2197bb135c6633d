import { type Kysely, type QueryExecutorProvider, sql } from "kysely";

/**
 * A transaction whose statements are sent in the order of the calls, without waiting for the response
 * to the previous one. Statements that are called together are sent together.
 */
export interface PipelinedTransaction extends QueryExecutorProvider {
  /**
   * Sends the `commit` directly after the statements before it.
   * @throws Error when the transaction was rolled back.
   */
  commit(): Promise<void>;
}

/**
 * Runs a transaction that waits for a response only where a statement depends on an earlier one.
 *
 * A transaction of Kysely runs one statement at a time. With `pipeline` set in the pool, PostgreSQL
 * accepts several (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html): it responds in
 * order, and after a failed statement it rejects the others, including the `commit`.
 * @param work must call `commit` last; an error that it throws rolls the transaction back.
 */
export function pipelinedTransaction<DB, T>(
  db: Kysely<DB>,
  work: (tx: PipelinedTransaction) => Promise<T>,
): Promise<T> {
  return onOneConnection(db, async (q) => {
    const tx = { ...q, commit: () => commit(q) };
    const begun = sql`begin`.execute(tx);
    try {
      const [result] = await Promise.all([work(tx), begun]);
      return result;
    } catch (error) {
      // Waits for all earlier statements, so that the connection is idle when it returns to the pool.
      await sql`rollback`.execute(tx).catch(() => {});
      throw error;
    }
  });
}

/**
 * Runs work on a connection that takes statements while others are under way, where a connection of
 * Kysely (`db.connection()`) takes one at a time.
 * @param work must wait for all its statements, because the connection returns to the pool afterwards.
 */
export function onOneConnection<T>(
  db: QueryExecutorProvider,
  work: (q: QueryExecutorProvider) => Promise<T>,
): Promise<T> {
  const executor = db.getExecutor();
  return executor.provideConnection((connection) => {
    const direct = executor.withConnectionProvider({
      provideConnection: (consumer) => consumer(connection),
    });
    return work({ getExecutor: () => direct });
  });
}

/** PostgreSQL responds to the `commit` of a failed transaction with `ROLLBACK` and without an error. */
async function commit(tx: QueryExecutorProvider): Promise<void> {
  const { rows } = await sql<{ command?: string }>`commit`.execute(tx);
  if (rows[0]?.command === "ROLLBACK") throw new Error("the transaction was rolled back");
}
