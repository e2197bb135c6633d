import { afterAll, beforeAll, describe, setDefaultTimeout } from "bun:test";
import { migrateToLatest } from "@parley/db/migrate";
import { type Database, openPostgres } from "@parley/db/open";
import { openTestEmbedded } from "@parley/db/testing/open-test-embedded";
import { sql } from "kysely";

interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
}

/** Where a PostgreSQL for tests listens: a URL of somebody who may create databases there. */
const adminUrl = process.env["TEST_DATABASE_URL"];

/** What takes milliseconds on an idle machine may take seconds on a busy one. */
const PATIENCE = 120_000;

/**
 * Describes tests on a fresh embedded database and, where `TEST_DATABASE_URL` names one, on a fresh
 * PostgreSQL database as well.
 * @param tests is handed what gives the migrated database to a running test.
 */
export function forEachDatabase(tests: (db: () => Database) => void): void {
  setDefaultTimeout(PATIENCE);
  describe("on the embedded database", () => onDatabase(openTestEmbedded, tests));
  describe.skipIf(adminUrl === undefined)("on PostgreSQL", () => onDatabase(openFresh, tests));
}

function onDatabase(open: () => Promise<TestDatabase>, tests: (db: () => Database) => void): void {
  let opened: TestDatabase;
  beforeAll(async () => {
    opened = await open();
    await migrateToLatest(opened.db);
  }, PATIENCE);
  tests(() => opened.db);
  // Hooks run in the order of their registration: what the tests opened on the database ends first.
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

/** Makes an empty database where `TEST_DATABASE_URL` tells, and drops it in the end. */
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
