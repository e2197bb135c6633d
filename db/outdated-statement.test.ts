import { expect, test } from "bun:test";
import { type QueryExecutorProvider, sql } from "kysely";
import type { Database } from "./open.ts";
import { pipelinedReads } from "./pipelined-reads.ts";
import { pipelinedTransaction } from "./pipelined-transaction.ts";
import { type Parameters, type PreparedStatement, prepare, prepareLookUp } from "./prepare.ts";
import { openTestDatabase } from "./testing/open-test-database.ts";
import { isTransient } from "./transient-error.ts";

interface Numbered {
  n: number;
}

const build = (_db: unknown, { n }: Parameters<Numbered>) =>
  sql<Numbered>`select * from numbers where n = ${n}::int`;
const lookUp = prepareLookUp(build);
const read = prepare(build);
const readOther = prepare(
  (_db, { n }: Parameters<Numbered>) => sql<Numbered>`select * from numbers where n <= ${n}::int`,
);

const numbers = Array.from({ length: 50 }, (_, n) => n);

/** A database whose connections have prepared statements on a table that was changed since. */
async function openChanged() {
  const database = await openTestDatabase();
  await sql`create table numbers as select n from generate_series(0, 49) as n`.execute(database.db);
  await readAll(database.db, lookUp);
  await readAll(database.db, read);
  await readAll(database.db, readOther);
  await sql`alter table numbers add name text default 'new'`.execute(database.db);
  return database;
}

const readAll = (db: Database, statement: PreparedStatement<Numbered, Numbered>) =>
  Promise.all(numbers.map((n) => statement.first(db, { n })));

const expected = numbers.map((n) => ({ n, name: "new" }));

test("A statement on a table that was changed is prepared again, on every connection", async () => {
  await using database = await openChanged();
  expect<unknown>(await readAll(database.db, read)).toEqual(expected);
});

test("Look-ups that share a connection are prepared again together", async () => {
  await using database = await openChanged();
  expect<unknown>(await readAll(database.db, lookUp)).toEqual(expected);
});

test("Reads that are sent together run again when a table was changed", async () => {
  await using database = await openChanged();
  const readBoth = async (q: QueryExecutorProvider) => {
    const found = await Promise.all([read.first(q, { n: 1 }), readOther.first(q, { n: 0 })]);
    return [...found, await lookUp.first(q, { n: 2 })];
  };
  const found: unknown = await pipelinedReads(database.db, readBoth);
  expect(found).toEqual([expected[1], expected[0], expected[2]]);
});

test("A transaction over a changed table fails with a transient error, and succeeds again", async () => {
  await using database = await openChanged();
  const transact = () =>
    pipelinedTransaction(database.db, async (tx) => {
      const [row] = await Promise.all([read.first(tx, { n: 3 }), tx.commit()]);
      return row as unknown;
    });
  const found: unknown[] = [];
  while (found.length === 0)
    await transact().then(
      (row) => found.push(row),
      (error) => expect(isTransient(error)).toBeTrue(),
    );
  expect(found).toEqual([expected[3]]);
});
