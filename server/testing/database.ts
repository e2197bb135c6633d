import { afterAll, beforeAll, setDefaultTimeout } from "bun:test";
import { type Database, type OpenedDatabase, openPostgres } from "@parley/db/open";
import { openTestDatabase } from "@parley/db/testing/open-test-database";
import { sql } from "kysely";

/** Long, because a busy machine may need seconds for what otherwise takes milliseconds. */
const TEST_TIMEOUT_MS = 120_000;

/**
 * Runs tests on a new database.
 * @param tests is passed a function that returns the migrated database within a test.
 */
export function onTestDatabase(tests: (db: () => Database) => void): void {
  setDefaultTimeout(TEST_TIMEOUT_MS);
  let opened: OpenedDatabase;
  beforeAll(async () => {
    opened = await openTestDatabase();
  }, TEST_TIMEOUT_MS);
  tests(() => opened.db);
  // Hooks run in the order of their registration, so that hooks of the tests close what uses the database.
  afterAll(() => opened[Symbol.asyncDispose]());
}

/** The URL of a PostgreSQL for tests, with a user who may create databases. */
const adminUrl = process.env["TEST_DATABASE_URL"];

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
