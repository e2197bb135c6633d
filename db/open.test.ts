import { expect, test } from "bun:test";
import { connect, createServer, type Socket } from "node:net";
import { sql } from "kysely";
import { migrateToLatest } from "./migrate.ts";
import { openPostgres } from "./open.ts";
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

const adminUrl = process.env["TEST_DATABASE_URL"] ?? "";

test.skipIf(adminUrl === "")(
  "Connections that break in their first statement leave their places in the pool",
  async () => {
    await using proxy = await openProxyThatBreaks("set jit");
    await using opened = openPostgres(proxy.url, () => {});
    const statement = sql<{ n: number }>`select 1 as n`;
    for (let n = 0; n < 20; n++)
      expect(await statement.execute(opened.db).catch(() => null)).toBeNull();
    proxy.mend();
    expect((await statement.execute(opened.db)).rows).toEqual([{ n: 1 }]);
  },
  TEST_TIMEOUT_MS,
);

/** Opens a proxy to PostgreSQL that cuts each connection whose client sends a text, as a pooler does while PostgreSQL is away. */
async function openProxyThatBreaks(text: string) {
  const { hostname, port } = new URL(adminUrl);
  let isBroken = true;
  const server = createServer((client) => {
    const database = connect(Number(port || 5432), hostname);
    const cut = () => [client, database].forEach((socket: Socket) => void socket.destroy());
    client.on("data", (bytes) =>
      isBroken && bytes.includes(text) ? cut() : void database.write(bytes),
    );
    database.on("data", (bytes) => void client.write(bytes));
    for (const socket of [client, database]) socket.on("error", () => {}).on("close", cut);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(adminUrl);
  url.hostname = "127.0.0.1";
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    mend(): void {
      isBroken = false;
    },
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}

test("A table is read by its index also while it is small, because a prepared plan outlives that", async () => {
  await using database = await openTestDatabase();
  await sql`
    insert into users (id, username, password_hash, display_name)
    select gen_random_uuid(), 'user' || n, '-', '-' from generate_series(1, 3) as n
  `.execute(database.db);
  await sql`vacuum analyze users`.execute(database.db);
  for (const pool of [database.db, database.reads]) {
    const { rows } = await sql<{ "QUERY PLAN": string }>`
      explain select from users where id = '00000000-0000-0000-0000-000000000000'
    `.execute(pool);
    expect(rows[0]?.["QUERY PLAN"]).toContain("users_pkey");
  }
});
