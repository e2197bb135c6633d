import { afterAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { FolderLockedError } from "./folder-lock.ts";
import { migrateToLatest } from "./migrate.ts";
import { openEmbedded, openPostgres } from "./open.ts";
import { DatabaseEndedError } from "./transient-error.ts";

const TEST_TIMEOUT_MS = 120_000;
const adminUrl = process.env["TEST_DATABASE_URL"];

/**
 * @returns what a promise is rejected with. Bun’s `rejects` can’t be used, because it blocks the event
 *   loop and receives no message of a worker.
 */
const failure = (promise: Promise<unknown>) =>
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
    "Written rows survive a restart, and a second process can’t open the database",
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
        expect(await failure(openEmbedded(path))).toBeInstanceOf(FolderLockedError);
      }
      await using again = await openEmbedded(path);
      const users = await again.db.selectFrom("users").select(["id", "username"]).execute();
      expect(users).toEqual([{ id, username: "ann" }]);
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "A transaction that throws is rolled back, and PostgreSQL’s errors keep their fields",
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
      expect(await failure(undone)).toEqual(new Error("no"));
      const { rows } = await sql`select * from notes`.execute(db);
      expect(rows).toEqual([{ id: Number.MAX_SAFE_INTEGER, words: "kept" }]);
      expect(await failure(insert.execute(db))).toMatchObject({
        code: "23505",
        constraint: "notes_pkey",
      });
    },
    TEST_TIMEOUT_MS,
  );

  test(
    "A panic ends the database at once, and committed rows exist when it is opened again",
    async () => {
      const path = await folder();
      const blockedSegment = join(path, "database/pglite/pg_wal/xlogtemp.42");
      {
        await using opened = await openEmbedded(path);
        await sql`create table notes (words text)`.execute(opened.db);
        await sql`insert into notes values ('kept')`.execute(opened.db);
        // PostgreSQL can't write the next segment of its log, as on a full disk.
        await mkdir(blockedSegment);
        const log = () =>
          sql`select pg_logical_emit_message(true, '', repeat('x', 1000000))`.execute(opened.db);
        let ended: unknown = null;
        while (!ended) ended = await failure(log());
        expect(ended).toBeInstanceOf(DatabaseEndedError);
        expect(await opened.failed).toBe(ended as DatabaseEndedError);
        expect(await failure(log())).toBe(ended);
      }
      await rmdir(blockedSegment);
      await using again = await openEmbedded(path);
      const { rows } = await sql`select words from notes`.execute(again.db);
      expect(rows).toEqual([{ words: "kept" }]);
    },
    TEST_TIMEOUT_MS,
  );
});

test.skipIf(adminUrl === undefined)("Two servers can migrate one database at once", async () => {
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
