import type { Database } from "@parley/db/open";
import type { Transaction } from "@parley/db/queryable";
import { type CompiledQuery, sql } from "kysely";
import { watchStatements } from "./watch-statements.ts";

/** A query that has a plan; the ends of transactions and settings have none. */
export interface RecordedQuery {
  readonly query: CompiledQuery;
  /** What its transaction had set for the planner. */
  readonly settings: readonly CompiledQuery[];
}

/** Wraps a database so that its queries are recorded. */
export function recordQueries(db: Database) {
  let queries: RecordedQuery[] = [];
  let settings: CompiledQuery[] = [];
  const recorded = watchStatements(db, (query) => {
    if (/^(begin|start|commit|rollback$)/.test(query.sql)) settings = [];
    if (query.sql.startsWith("set local enable_")) settings = [...settings, query];
    if (hasPlan(query)) queries.push({ query, settings });
  });
  async function explainAll(options: string): Promise<string[]> {
    const plans = [];
    for (const one of queries)
      plans.push(
        await db.transaction().execute(async (tx) => {
          const rows = await explain<{ "QUERY PLAN": string }>(tx, one, options);
          return rows.map((row) => row["QUERY PLAN"]).join("\n");
        }),
      );
    return plans;
  }
  return {
    db: recorded,
    queries: () => [...queries],
    /** Forgets what was recorded. */
    restart(): void {
      queries = [];
    },
    /** Explains each recorded query, as one text a query. */
    plans: () => explainAll("costs off"),
    /** Runs each recorded query again and explains the run, with the rows and buffers of each step. */
    runs: () => explainAll("costs off, analyze, timing off, summary off, buffers off"),
  };
}

function hasPlan({ sql: text }: CompiledQuery): boolean {
  return /^\s*(\/\*.*?\*\/\s*)?(select|with|insert|update|delete)\b/i.test(text);
}

/** Explains a query as it was planned in its own transaction. */
export async function explain<Row>(
  tx: Transaction,
  { query, settings }: RecordedQuery,
  options: string,
): Promise<Row[]> {
  for (const setting of settings) await tx.executeQuery(setting);
  const { rows } = await tx.executeQuery<Row>({
    ...sql`select`.compile(tx),
    sql: `explain (${options}) ${query.sql}`,
    parameters: query.parameters,
  });
  return rows;
}
