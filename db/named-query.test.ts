import { expect, test } from "bun:test";
import { sql } from "kysely";
import { type Parameters, prepare } from "./prepare.ts";
import { openTestDatabase } from "./testing/open-test-database.ts";

const RUNS = 3;

interface Values {
  at: Date;
  texts: readonly string[];
  no: null;
  yes: boolean;
}

const echo = prepare(
  (_db, { at, texts, no, yes }: Parameters<Values>) => sql<Values & { big: number }>`
    select ${at}::timestamptz as at, ${texts}::text[] as texts, ${no}::text as no,
      ${yes}::boolean as yes, 9007199254740991 as big
  `,
);

test.each(["2026-11-29T21:59:55.752Z", "0001-01-01T00:00:00.000Z", "+012026-01-01T00:00:00.000Z"])(
  "Values are the same at each execution of a statement, with the time %s",
  async (time) => {
    await using database = await openTestDatabase();
    const values = { at: new Date(time), texts: ['a "b"', "c\\,d", ""], no: null, yes: true };
    for (let run = 0; run < RUNS; run++)
      expect(await echo.rows(database.reads, values)).toEqual([
        { ...values, big: Number.MAX_SAFE_INTEGER },
      ]);
  },
);

test("A value that cannot be sent is an error, and the connection remains usable", async () => {
  await using database = await openTestDatabase();
  const values = { at: new Date(0), texts: [], no: null, yes: true };
  await database.db.connection().execute(async (connection) => {
    for (let run = 0; run < RUNS; run++) {
      await expect(
        echo.rows(connection, { ...values, at: new Date(Number.NaN) }),
      ).rejects.toThrow();
      expect(await echo.rows(connection, values)).toHaveLength(1);
    }
  });
});

test("A statement whose table has changed fails, and no row has columns of before", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  await sql`create table things (id int, name text)`.execute(db);
  await sql`insert into things values (1, 'one')`.execute(db);
  const all = prepare(() => sql<Record<string, unknown>>`select * from things`);
  await db.connection().execute(async (connection) => {
    expect(await all.rows(connection, {})).toEqual([{ id: 1, name: "one" }]);
    await sql`alter table things add column colour text default 'red'`.execute(connection);
    await expect(all.rows(connection, {})).rejects.toThrow(
      "cached plan must not change result type",
    );
  });
});
