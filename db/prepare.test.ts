import { expect, test } from "bun:test";
import { sql } from "kysely";
import { type Parameters, prepare } from "./prepare.ts";
import { openTestDatabase } from "./testing/open-test-database.ts";

let builds = 0;
const findUser = prepare(
  (db, { username, limit }: Parameters<{ username: string; limit: number }>) => {
    builds++;
    return db
      .selectFrom("users")
      .select(["id", "display_name"])
      .where("username", "=", username)
      .where("role", "=", "member")
      .limit(limit);
  },
);

const sum = prepare(
  (_db, { left, right }: Parameters<{ left: number; right: number }>) =>
    sql<{ sum: number }>`select ${left}::int + ${right}::int + ${left}::int as sum`,
);

const statementsOf = sql<{ statement: string }>`
  select statement from pg_prepared_statements where name like 'parley_%' order by prepare_time
`;

test("A query is built once and runs with the values of each call", async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  for (const username of ["ann", "bob"])
    await db
      .insertInto("users")
      .values({
        id: Bun.randomUUIDv7(),
        username,
        display_name: username.toUpperCase(),
        password_hash: "",
        role: "member",
      })
      .execute();
  builds = 0;
  expect((await findUser.first(db, { username: "ann", limit: 1 }))?.display_name).toBe("ANN");
  expect((await findUser.first(db, { username: "bob", limit: 1 }))?.display_name).toBe("BOB");
  expect(await findUser.rows(db, { username: "carl", limit: 1 })).toEqual([]);
  expect(builds).toBeLessThanOrEqual(1);
});

test("Fragments of SQL are prepared too, and a value may stand in several places", async () => {
  await using database = await openTestDatabase();
  expect(await sum.rows(database.db, { left: 1, right: 20 })).toEqual([{ sum: 22 }]);
  expect(await sum.first(database.db, { left: 2, right: 1 })).toEqual({ sum: 5 });
});

test("A connection prepares a statement once, whatever the values", async () => {
  await using database = await openTestDatabase();
  const prepared = await database.db.connection().execute(async (connection) => {
    for (let left = 0; left < 3; left++) await sum.first(connection, { left, right: 1 });
    return (await statementsOf.execute(connection)).rows;
  });
  expect(prepared).toHaveLength(1);
});
