import type { Database } from "@parley/db/open";
import { explain, type RecordedQuery, recordQueries } from "./record-queries.ts";

const QUIET_MS = 50;

/** What a request costs the database. */
export interface Cost {
  /** Statements other than the ends of transactions and settings. */
  readonly statements: number;
  /** Rows that the statements read in tables, those that a filter removed included. */
  readonly rows: number;
}

/** Wraps a database so that the cost of what runs on it can be measured. */
export function measureCosts(db: Database) {
  const recorded = recordQueries(db);

  /** Waits for what was begun in the background. */
  async function untilQuiet(): Promise<void> {
    for (let before = -1; before !== recorded.queries().length; await Bun.sleep(QUIET_MS))
      before = recorded.queries().length;
  }

  return {
    db: recorded.db,
    untilQuiet,
    /** Runs work, then explains each of its statements once more; writes are rolled back. */
    async costOf(work: () => Promise<unknown>): Promise<Cost> {
      await untilQuiet();
      recorded.restart();
      await work();
      const queries = recorded.queries();
      let rows = 0;
      for (const query of queries) rows += await rowsRead(db, query);
      return { statements: queries.length, rows };
    },
  };
}

class RolledBack extends Error {
  constructor(readonly rows: number) {
    super();
  }
}

/** @returns 0 for a statement that cannot run twice, such as an insert of the same key. */
async function rowsRead(db: Database, query: RecordedQuery): Promise<number> {
  return db
    .transaction()
    .execute(async (tx): Promise<number> => {
      const options = "analyze, format json, timing off";
      const [row] = await explain<{ "QUERY PLAN": [{ Plan: Plan }] }>(tx, query, options);
      throw new RolledBack(rowsOf(row?.["QUERY PLAN"][0].Plan));
    })
    .catch((error) => (error instanceof RolledBack ? error.rows : 0));
}

/** A step of a plan, in PostgreSQL's words. */
export interface Plan {
  readonly "Relation Name"?: string;
  readonly "Node Type": string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly Plans?: readonly Plan[];
}

export function rowsOf(plan: Plan | undefined): number {
  if (!plan) return 0;
  const isScan = plan["Relation Name"] !== undefined && plan["Node Type"] !== "ModifyTable";
  const read =
    plan["Actual Rows"] +
    (plan["Rows Removed by Filter"] ?? 0) +
    (plan["Rows Removed by Index Recheck"] ?? 0);
  const below = (plan.Plans ?? []).reduce((sum, part) => sum + rowsOf(part), 0);
  return below + (isScan ? read * plan["Actual Loops"] : 0);
}
