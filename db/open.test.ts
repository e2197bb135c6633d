import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { DatabaseEndedError } from "./database-ended-error.ts";
import { FolderLockedError } from "./folder-lock.ts";
import { migrateToLatest } from "./migrate.ts";
import { openEmbedded, openPostgres } from "./open.ts";

const PATIENCE = 120_000;
const adminUrl = process.env["TEST_DATABASE_URL"];

/** What a promise is rejected with. Bun’s own `rejects` spins the event loop, and never hears a worker. */
const fault = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe("the embedded database", () => {
  const folders: string[] = [];
  const folder = async () => {
    const path = await mkdtemp(join(tmpdir(), "parley-db-"));
    folders.push(path);
    return path;
  };
  afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

  test(
    "keeps what was written, and keeps a second opener out",
    async () => {
      const path = await folder();
      const id = Bun.randomUUIDv7();
      {
        await using opened = await openEmbedded(path);
        await migrateToLatest(opened.db);
        await migrateToLatest(opened.db);
        await opened.db
          .insertInto("users")
          .values({ id, username: "ann", password_hash: "-", display_name: "Ann" })
          .execute();
        expect(await fault(openEmbedded(path))).toBeInstanceOf(FolderLockedError);
      }
      await using again = await openEmbedded(path);
      const users = await again.db.selectFrom("users").select(["id", "username"]).execute();
      expect(users).toEqual([{ id, username: "ann" }]);
    },
    PATIENCE,
  );

  test(
    "undoes a transaction that throws, and tells what PostgreSQL found wrong",
    async () => {
      await using opened = await openEmbedded(await folder());
      const { db } = opened;
      await sql`create table notes (id bigint primary key, words text)`.execute(db);
      const insert = sql`insert into notes values (9007199254740991, 'kept')`;
      await insert.execute(db);
      const undone = db.transaction().execute(async (tx) => {
        await sql`update notes set words = 'lost'`.execute(tx);
        throw new Error("no");
      });
      expect(await fault(undone)).toEqual(new Error("no"));
      const { rows } = await sql`select * from notes`.execute(db);
      expect(rows).toEqual([{ id: Number.MAX_SAFE_INTEGER, words: "kept" }]);
      expect(await fault(insert.execute(db))).toMatchObject({
        code: "23505",
        constraint: "notes_pkey",
      });
    },
    PATIENCE,
  );

  test(
    "a panic ends it at once, and what was committed is there when it is opened again",
    async () => {
      const path = await folder();
      const inTheWay = join(path, "database/pglite/pg_wal/xlogtemp.42");
      {
        await using opened = await openEmbedded(path);
        await sql`create table notes (words text)`.execute(opened.db);
        await sql`insert into notes values ('kept')`.execute(opened.db);
        // The next segment of the log can't be written, as on a full disk.
        await mkdir(inTheWay);
        const log = () =>
          sql`select pg_logical_emit_message(true, '', repeat('x', 1000000))`.execute(opened.db);
        let ended: unknown = null;
        while (!ended) ended = await fault(log());
        expect(ended).toBeInstanceOf(DatabaseEndedError);
        expect(await opened.failed).toBe(ended as DatabaseEndedError);
        expect(await fault(log())).toBe(ended);
      }
      await rmdir(inTheWay);
      await using again = await openEmbedded(path);
      const { rows } = await sql`select words from notes`.execute(again.db);
      expect(rows).toEqual([{ words: "kept" }]);
    },
    PATIENCE,
  );
});

test.skipIf(adminUrl === undefined)("two servers may migrate one database at once", async () => {
  const name = `parley_migrate_${crypto.randomUUID().replaceAll("-", "")}`;
  const url = new URL(adminUrl ?? "");
  await using admin = openPostgres(url.href, () => {});
  await sql`create database ${sql.id(name)}`.execute(admin.db);
  url.pathname = name;
  {
    await using one = openPostgres(url.href, () => {});
    await using two = openPostgres(url.href, () => {});
    await Promise.all([migrateToLatest(one.db), migrateToLatest(two.db)]);
    const { rows } = await sql<{ count: number }>`select count(*) from chats`.execute(two.db);
    expect(rows).toEqual([{ count: 0 }]);
  }
  await sql`drop database ${sql.id(name)}`.execute(admin.db);
});
