import { type Kysely, type QueryExecutorProvider, sql } from "kysely";

/**
 * A transaction whose statements are sent in the order of the calls, and none waits for the answer
 * to the one before: those called for together cross the network together.
 */
export interface PipelinedTransaction extends QueryExecutorProvider {
  /**
   * Sends the `commit` right behind what was called for before.
   * @throws Error when the transaction came to nothing.
   */
  commit(): Promise<void>;
}

/**
 * Runs a transaction that waits for the database as seldom as its statements need each other.
 *
 * Kysely's own transactions run one statement at a time. PostgreSQL takes them in a pipeline
 * (https://www.postgresql.org/docs/current/libpq-pipeline-mode.html), given a pool with `pipeline`:
 * it answers in their order, and after one that failed refuses the rest, the `commit` as well.
 * @param work calls `commit` last; whatever it throws undoes all of it.
 */
export function pipelinedTransaction<DB, T>(
  db: Kysely<DB>,
  work: (tx: PipelinedTransaction) => Promise<T>,
): Promise<T> {
  const executor = db.getExecutor();
  return executor.provideConnection(async (connection) => {
    const direct = executor.withConnectionProvider({
      provideConnection: (consumer) => consumer(connection),
    });
    const tx = { getExecutor: () => direct, commit: () => commit(tx) };
    const begun = sql`begin`.execute(tx);
    try {
      const [result] = await Promise.all([work(tx), begun]);
      return result;
    } catch (error) {
      // Behind all that is still on its way, so that the connection is given back at rest.
      await sql`rollback`.execute(tx).catch(() => {});
      throw error;
    }
  });
}

/** PostgreSQL answers the `commit` of a transaction that failed with `ROLLBACK`, and no error. */
async function commit(tx: QueryExecutorProvider): Promise<void> {
  const { rows } = await sql<{ command?: string }>`commit`.execute(tx);
  if (rows[0]?.command === "ROLLBACK") throw new Error("the transaction was rolled back");
}
