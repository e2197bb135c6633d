import type { Database } from "@parley/db/open";
import { type CompiledQuery, sql } from "kysely";
import { type Plan, rowsOf } from "./measure-cost.ts";

/** One more run of a prepared statement. */
export interface PreparedRun {
  readonly text: string;
  /** Rows that it read in tables, those that a filter removed included. */
  readonly rows: number;
  /** Steps of its plan, such as `Index Scan`. */
  readonly steps: readonly string[];
}

/** Runs a statement that a connection has prepared once more, with the plan that the connection has of it. */
export async function explainPrepared(
  connection: Database,
  { sql: text, parameters }: CompiledQuery,
): Promise<PreparedRun> {
  const { rows: found } = await sql<{ name: string }>`
    select name from pg_prepared_statements where statement = ${text}
  `.execute(connection);
  const { rows } = await sql<{ "QUERY PLAN": [{ Plan: Plan }] }>`
    explain (analyze, format json, timing off)
    execute ${sql.id(found[0]?.name ?? text)} (${sql.raw(parameters.map(literal).join(", "))})
  `.execute(connection);
  const plan = rows[0]?.["QUERY PLAN"][0].Plan;
  return { text, rows: rowsOf(plan), steps: plan ? stepsOf(plan) : [] };
}

function stepsOf(plan: Plan): string[] {
  return [plan["Node Type"], ...(plan.Plans ?? []).flatMap(stepsOf)];
}

function literal(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `'{${value.join(",")}}'`;
  return `'${value instanceof Date ? value.toISOString() : String(value)}'`;
}
