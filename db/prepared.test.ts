import { describe, expect, test } from "bun:test";
import { sql } from "kysely";
import { openPostgres } from "./open.ts";
import { PREPARED } from "./prepared.ts";

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
});
