import { expect, test } from "bun:test";
import { sql } from "kysely";
import type { Database } from "./open.ts";
import { type Parameters, prepare, prepareLookUp } from "./prepare.ts";
import { openTestDatabase } from "./testing/open-test-database.ts";

const MANY = 100;

interface Numbered {
  n: number;
}

const build = (_db: unknown, { n }: Parameters<Numbered>) =>
  sql<Numbered & { pid: number }>`select ${n}::int as n, pg_backend_pid() as pid`;
const lookUp = prepareLookUp(build);
const read = prepare(build);
const divide = prepareLookUp(
  (_db, { n }: Parameters<Numbered>) => sql<Numbered>`select 1 / ${n}::int as n`,
);
const endConnection = prepareLookUp(
  (_db, { n }: Parameters<Numbered>) =>
    sql<Numbered>`select ${n}::int as n, pg_terminate_backend(pg_backend_pid())`,
);

const numbers = Array.from({ length: MANY }, (_, n) => n);

async function connections(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from pg_stat_activity
    where datname = current_database() and application_name = 'parley'
  `.execute(db);
  return rows[0]?.count ?? 0;
}

test("Look-ups that are made together share two connections, and each gets its own answer", async () => {
  await using database = await openTestDatabase();
  const rows = await Promise.all(numbers.map((n) => lookUp.first(database.reads, { n })));
  expect(rows.map((row) => row?.n)).toEqual(numbers);
  expect(new Set(rows.map((row) => row?.pid)).size).toBeLessThanOrEqual(2);
});

test("Statements that are no look-ups have a connection each", async () => {
  await using database = await openTestDatabase();
  const rows = await Promise.all(numbers.map((n) => read.first(database.reads, { n })));
  expect(rows.map((row) => row?.n)).toEqual(numbers);
  expect(new Set(rows.map((row) => row?.pid)).size).toBe(6);
});

test("A look-up that fails does not fail those beside it, and its connection goes back to the pool", async () => {
  await using database = await openTestDatabase();
  for (let round = 0; round < 10; round++) {
    const [zero, one, n] = await Promise.allSettled([
      divide.first(database.reads, { n: 0 }),
      divide.first(database.reads, { n: 1 }),
      lookUp.first(database.reads, { n: 7 }),
    ]);
    expect(zero).toMatchObject({ status: "rejected", reason: { code: "22012" } });
    expect(one).toMatchObject({ status: "fulfilled", value: { n: 1 } });
    expect(n).toMatchObject({ status: "fulfilled", value: { n: 7 } });
  }
  expect(await connections(database.db)).toBeLessThanOrEqual(3);
});

test("A connection that ends fails the look-ups on it, and no later one", async () => {
  await using database = await openTestDatabase();
  const [ended, beside] = await Promise.allSettled([
    endConnection.first(database.reads, { n: 1 }),
    lookUp.first(database.reads, { n: 2 }),
  ]);
  expect([ended.status, beside.status]).toEqual(["rejected", "rejected"]);
  const rows = await Promise.all(numbers.map((n) => lookUp.first(database.reads, { n })));
  expect(rows.map((row) => row?.n)).toEqual(numbers);
});

test("In a transaction, look-ups see what the transaction wrote", async () => {
  await using database = await openTestDatabase();
  const countUsers = prepareLookUp((db) =>
    db.selectFrom("users").select((eb) => eb.fn.countAll<number>().as("count")),
  );
  await database.db.transaction().execute(async (tx) => {
    await tx
      .insertInto("users")
      .values({ id: Bun.randomUUIDv7(), username: "ann", password_hash: "", display_name: "Ann" })
      .execute();
    expect(await countUsers.first(tx, {})).toEqual({ count: 1 });
    expect(await countUsers.first(database.db, {})).toEqual({ count: 0 });
  });
});
