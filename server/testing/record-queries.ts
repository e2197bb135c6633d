import type { Database } from "@parley/db/open";
import {
  type CompiledQuery,
  type KyselyPlugin,
  type QueryId,
  type RootOperationNode,
  sql,
} from "kysely";

/** Wraps a database so that its queries are recorded. */
export function recordQueries(db: Database) {
  const queries: { node: RootOperationNode; queryId: QueryId }[] = [];
  const recording: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      queries.push({ node, queryId });
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  const compile = ({ node, queryId }: (typeof queries)[0]): CompiledQuery =>
    db.getExecutor().compileQuery(node, queryId);
  async function explainAll(options: string): Promise<string[]> {
    const plans = [];
    for (const query of queries.map(compile).filter(hasPlan))
      plans.push(await explain(db, query, options));
    return plans;
  }
  return {
    db: db.withPlugin(recording),
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
