import type { Database } from "@parley/db/open";
import { type CompiledQuery, sql } from "kysely";
import { watchStatements } from "./watch-statements.ts";

/** Wraps a database so that its queries are recorded. */
export function recordQueries(db: Database) {
  let queries: CompiledQuery[] = [];
  const recorded = watchStatements(db, (query) => queries.push(query));
  const planned = () => queries.filter(hasPlan);
  async function explainAll(options: string): Promise<string[]> {
    const plans = [];
    for (const query of planned()) plans.push(await explain(db, query, options));
    return plans;
  }
  return {
    db: recorded,
    /** The recorded queries that have a plan; the ends of transactions and settings have none. */
    queries: planned,
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

async function explain(
  db: Database,
  { sql: text, parameters }: CompiledQuery,
  options: string,
): Promise<string> {
  const { rows } = await db.executeQuery<{ "QUERY PLAN": string }>({
    ...sql`select`.compile(db),
    sql: `explain (${options}) ${text}`,
    parameters,
  });
  return rows.map((row) => row["QUERY PLAN"]).join("\n");
}
