import { describe, expect, test } from "bun:test";
import { migrateToLatest } from "@parley/db/migrate";
import { type Database, type OpenedDatabase, openPostgres } from "@parley/db/open";
import { preparedTexts } from "@parley/db/prepare";
import { openTestDatabase } from "@parley/db/testing/open-test-database";
import { sql } from "kysely";
import { createReplay } from "./events/replay.ts";
import { createDatabase } from "./testing/database.ts";
import { UNKNOWN_USER_KINDS } from "./testing/open-event-log.ts";

/** Loads every module of the server, and with it every statement that one prepares. */
import "./api.ts";

/** What a plan does with a table, as `EXPLAIN` writes it: a scan, and the keys that it looks up. */
interface Scan {
  readonly scan: string;
  readonly keys: string | undefined;
}

interface Plan {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Index Cond"?: string;
  readonly "TID Cond"?: string;
  readonly Plans?: readonly Plan[];
}

const SERVERS: Readonly<Record<string, () => Promise<OpenedDatabase>>> = {
  "the embedded PostgreSQL": () => openTestDatabase(),
  ...(process.env["TEST_DATABASE_URL"] && { PostgreSQL: openEmptyPostgres }),
};

describe.each(Object.entries(SERVERS))("on %s", (_name, open) => {
  test("Each prepared statement looks up keys, also where it was planned for empty tables", async () => {
    await using opened = await open();
    createReplay({ db: opened.db, kinds: UNKNOWN_USER_KINDS });
    for (const statistics of ["none", "of empty tables"]) {
      if (statistics !== "none") await sql`vacuum analyze`.execute(opened.db);
      const scans = await opened.db.connection().execute(scansOfAll);
      const whole = scans.filter(({ keys }) => !keys);
      expect({ statistics, whole }).toEqual({ statistics, whole: [] });
      expect(scans.length).toBeGreaterThan(preparedTexts().length);
    }
  }, 120_000);
});

async function scansOfAll(connection: Database): Promise<(Scan & { text: string })[]> {
  await sql`set plan_cache_mode = force_generic_plan`.execute(connection);
  const scans = [];
  for (const [number, text] of preparedTexts().entries())
    for (const scan of await scansOf(connection, `statement_${number}`, text))
      scans.push({ ...scan, text });
  await sql`deallocate all`.execute(connection);
  return scans;
}

/** Explains the plan for all values, which needs none. */
async function scansOf(connection: Database, name: string, text: string): Promise<Scan[]> {
  await sql.raw(`prepare ${name} as ${text}`).execute(connection);
  const { rows: found } = await sql<{ parameters: number }>`
    select cardinality(parameter_types) as parameters from pg_prepared_statements where name = ${name}
  `.execute(connection);
  const count = found[0]?.parameters ?? 0;
  const values = count === 0 ? "" : `(${new Array(count).fill("null").join()})`;
  const { rows } = await sql
    .raw<{ "QUERY PLAN": [{ Plan: Plan }] }>(`explain (format json) execute ${name}${values}`)
    .execute(connection);
  return rows.flatMap((row) => scansIn(row["QUERY PLAN"][0].Plan));
}

function scansIn(plan: Plan): Scan[] {
  const below = (plan.Plans ?? []).flatMap(scansIn);
  const { "Node Type": step, "Relation Name": table, "Index Name": index } = plan;
  if (!table || step === "ModifyTable") return below;
  const scan = `${step} ${index ? `using ${index} ` : ""}on ${table}`;
  return [{ scan, keys: plan["Index Cond"] ?? plan["TID Cond"] }, ...below];
}

async function openEmptyPostgres(): Promise<OpenedDatabase> {
  await using stack = new AsyncDisposableStack();
  const { url } = stack.use(await createDatabase());
  const opened = stack.use(openPostgres(url.href, () => {}));
  await migrateToLatest(opened.db);
  const running = stack.move();
  return { ...opened, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
