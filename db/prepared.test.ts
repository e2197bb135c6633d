import { describe, expect, test } from "bun:test";
import { type QueryExecutorProvider, sql } from "kysely";
import { openPostgres } from "./open.ts";
import { pipelinedReads } from "./pipelined-reads.ts";
import { createPreparation, PREPARED } from "./prepared.ts";
import { isTransient } from "./transient-error.ts";

const adminUrl = process.env["TEST_DATABASE_URL"];

describe.skipIf(adminUrl === undefined)("a connection to PostgreSQL", () => {
  test("A connection prepares only marked statements, and each of them once", async () => {
    await using opened = openPostgres(adminUrl ?? "", () => {});
    await opened.db.connection().execute(async (db) => {
      const prepared = sql<{ statement: string }>`select statement from pg_prepared_statements`;
      for (const n of [1, 2]) {
        const marked = await sql<{ n: number }>`${PREPARED} select ${n}::int as n`.execute(db);
        expect(marked.rows).toEqual([{ n }]);
        await sql`select ${n}::int as m`.execute(db);
      }
      const { rows } = await prepared.execute(db);
      expect(rows.map(({ statement }) => statement)).toEqual([
        "/* prepared */ select $1::int as n",
      ]);
    });
  });

  test("A statement that another session prepared is an error once, and is then no longer prepared", async () => {
    const preparation = createPreparation(() => {});
    await using opened = openPostgres(adminUrl ?? "", () => {}, preparation);
    await opened.db.connection().execute(async (db) => {
      const marked = () =>
        sql<{ n: number }>`${PREPARED} select 1::int + ${1}::int as n`.execute(db);
      await marked();
      // As a pooler does that gives the next statement another session.
      await sql`deallocate all`.execute(db);
      const error: unknown = await marked().catch((error) => error);
      expect([isTransient(error), preparation.isOn()]).toEqual([true, false]);
      expect((await marked()).rows).toEqual([{ n: 2 }]);
    });
  });

  test("A statement that cannot be parsed does not end preparation, although those sent behind it do not find it", async () => {
    const preparation = createPreparation(() => {});
    await using opened = openPostgres(adminUrl ?? "", () => {}, preparation);
    const name = `parsed_${Bun.randomUUIDv7().replaceAll("-", "")}`;
    const marked = (q: QueryExecutorProvider) =>
      sql`${PREPARED} select * from ${sql.id(name)} where n = ${1}::int`.execute(q);
    await pipelinedReads(opened.db, async (q) => {
      const both = await Promise.allSettled([marked(q), marked(q)]);
      expect(both).toMatchObject([{ reason: { code: "42P01" } }, { reason: { code: "26000" } }]);
    });
    expect(preparation.isOn()).toBeTrue();
  });
});
