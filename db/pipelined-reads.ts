import { type QueryExecutorProvider, sql } from "kysely";
import { onOneConnection } from "./pipelined-transaction.ts";
import { isOutdated } from "./prepared.ts";

/**
 * Runs reads that do not depend on each other on one connection: those that are called together are sent
 * together, without waiting for the response to the previous one.
 *
 * They are no transaction: each sees what was committed when it began. They run again where a statement
 * has to be prepared again.
 */
export function pipelinedReads<T>(
  db: QueryExecutorProvider,
  work: (q: QueryExecutorProvider) => Promise<T>,
): Promise<T> {
  return onOneConnection(db, async (q) => {
    try {
      return await work(q).catch((error) => {
        if (isOutdated(error)) return work(q);
        throw error;
      });
    } catch (error) {
      // Waits for all earlier statements, so that the connection is idle when it returns to the pool.
      await sql`select`.execute(q).catch(() => {});
      throw error;
    }
  });
}
