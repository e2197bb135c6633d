import { type QueryExecutorProvider, sql } from "kysely";
import type pg from "pg";

const MARK = "/* prepared */";

/**
 * Begins a statement that PostgreSQL parses and plans once for each connection, and not each time.
 *
 * For the few that run all the time, whose text is always the same and whose plan no value should
 * change: what is prepared stays in the memory of each connection.
 */
export const PREPARED = sql.raw(MARK);

/**
 * Lets what {@link PREPARED} begins keep its plan until the transaction ends. PostgreSQL would plan
 * anew each time where it takes few values for a reason to.
 */
export async function forceGenericPlan(tx: QueryExecutorProvider): Promise<void> {
  await sql`set local plan_cache_mode = force_generic_plan`.execute(tx);
}

const names = new Map<string, string>();

/** Lets a connection prepare what {@link PREPARED} begins; the driver does so for statements with a name. */
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
