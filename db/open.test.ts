import { expect, test } from "bun:test";
import { sql } from "kysely";
import { migrateToLatest } from "./migrate.ts";
import { openTestDatabase } from "./testing/open-test-database.ts";

const TEST_TIMEOUT_MS = 120_000;

test(
  "A transaction that throws is rolled back, and PostgreSQL’s errors keep their fields",
  async () => {
    await using opened = await openTestDatabase("empty");
    const { db } = opened;
    await sql`create table notes (id bigint primary key, words text)`.execute(db);
    const insert = sql`insert into notes values (9007199254740991, 'kept')`;
    await insert.execute(db);
    const undone = db.transaction().execute(async (tx) => {
      await sql`update notes set words = 'lost'`.execute(tx);
      throw new Error("no");
    });
    expect(await undone.catch((error: unknown) => error)).toEqual(new Error("no"));
    const { rows } = await sql`select * from notes`.execute(db);
    expect(rows).toEqual([{ id: Number.MAX_SAFE_INTEGER, words: "kept" }]);
    expect(await insert.execute(db).catch((error: unknown) => error)).toMatchObject({
      code: "23505",
      constraint: "notes_pkey",
    });
  },
  TEST_TIMEOUT_MS,
);

test(
  "Two servers can migrate one empty database at once",
  async () => {
    await using opened = await openTestDatabase("empty");
    await Promise.all([migrateToLatest(opened.db), migrateToLatest(opened.db)]);
    await migrateToLatest(opened.db);
    const { rows } = await sql<{ count: number }>`select count(*) from chats`.execute(opened.db);
    expect(rows).toEqual([{ count: 0 }]);
  },
  TEST_TIMEOUT_MS,
);
