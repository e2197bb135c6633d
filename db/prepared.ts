import { type QueryExecutorProvider, sql } from "kysely";
import type pg from "pg";

const MARK = "/* prepared */";

/**
 * Marks the beginning of a statement that PostgreSQL parses and plans once for each connection.
 *
 * To be used for frequent statements whose text is constant and whose plan does not depend on values,
 * because a prepared statement occupies memory in each connection.
 */
export const PREPARED = sql.raw(MARK);

/**
 * Makes statements with {@link PREPARED} keep their plan until the transaction ends. Otherwise
 * PostgreSQL may plan a statement again for each set of values.
 */
export async function forceGenericPlan(tx: QueryExecutorProvider): Promise<void> {
  await sql`set local plan_cache_mode = force_generic_plan`.execute(tx);
}

const names = new Map<string, string>();

/** Makes a connection prepare statements with {@link PREPARED}, by naming them for the driver. */
export function prepareMarked(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (
    text: pg.QueryConfig | string,
    values?: unknown[],
  ) => unknown;
  const named = (text: pg.QueryConfig | string, values?: unknown[]) =>
    typeof text === "string" && text.startsWith(MARK) && values
      ? query({ name: nameOf(text), text, values })
      : query(text, values);
  client.query = named as typeof client.query;
}

function nameOf(text: string): string {
  const name = names.get(text) ?? `parley_${names.size}`;
  names.set(text, name);
  return name;
}
