import { afterAll, beforeAll, describe, setDefaultTimeout } from "bun:test";
import { migrateToLatest } from "@parley/db/migrate";
import { type Database, openPostgres } from "@parley/db/open";
import { openTestEmbedded } from "@parley/db/testing/open-test-embedded";
import { sql } from "kysely";

interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
}

/** The URL of a PostgreSQL for tests, with a user who may create databases. */
const adminUrl = process.env["TEST_DATABASE_URL"];

/** Long, because a busy machine may need seconds for what otherwise takes milliseconds. */
const TEST_TIMEOUT_MS = 120_000;

/**
 * Describes tests on a new embedded database and, if `TEST_DATABASE_URL` is set, on a new PostgreSQL
 * database too.
 * @param tests is passed a function that returns the migrated database within a test.
 */
export function forEachDatabase(tests: (db: () => Database) => void): void {
  setDefaultTimeout(TEST_TIMEOUT_MS);
  describe("on the embedded database", () => onDatabase(openTestEmbedded, tests));
  describe.skipIf(adminUrl === undefined)("on PostgreSQL", () => onDatabase(openFresh, tests));
}

function onDatabase(open: () => Promise<TestDatabase>, tests: (db: () => Database) => void): void {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await migrateToLatest(opened.db);
  }, TEST_TIMEOUT_MS);
  tests(() => opened.db);
  // Hooks run in the order of their registration, so that hooks of the tests close what uses the database.
  afterAll(() => opened[Symbol.asyncDispose]());
}

async function openFresh(): Promise<TestDatabase> {
  const created = await createDatabase();
  const opened = openPostgres(created.url.href, () => {});
  return {
    db: opened.db,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await created[Symbol.asyncDispose]();
    },
  };
}

/** Creates an empty database in the PostgreSQL of `TEST_DATABASE_URL`, and drops it when disposed. */
export async function createDatabase(): Promise<{ url: URL } & AsyncDisposable> {
  const name = `parley_test_${crypto.randomUUID().replaceAll("-", "")}`;
  await asAdmin(`create database ${name}`);
  const url = new URL(adminUrl ?? "");
  url.pathname = `/${name}`;
  return { url, [Symbol.asyncDispose]: () => asAdmin(`drop database ${name} with (force)`) };
}

async function asAdmin(statement: string): Promise<void> {
  await using admin = openPostgres(adminUrl ?? "", () => {});
  await sql.raw(statement).execute(admin.db);
}
