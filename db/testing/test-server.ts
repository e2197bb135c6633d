import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { startEmbedded } from "../embedded/start-embedded.ts";
import { migrateToLatest } from "../migrate.ts";
import { openPostgres } from "../open.ts";
import { TEST_LOG } from "./test-log.ts";

/** A PostgreSQL in which tests create their databases. */
export interface TestServer extends AsyncDisposable {
  /** The URL of its database `postgres`, for a user who may create others. */
  readonly url: string;
}

/** The database with the tables of all migrations, which others are copied from. */
export const MIGRATED = "parley_migrated";

/** Tests do not read what is on the disk after a power cut; each of two workers has some pools of ten. */
const CONFIGURATION = { fsync: "off", max_connections: "200" };

/** Opens the server of `TEST_EMBEDDED_URL`, which the runner of all tests sets, or else a new one. */
export async function openTestServer(): Promise<TestServer> {
  const url = process.env["TEST_EMBEDDED_URL"];
  return url ? { url, async [Symbol.asyncDispose]() {} } : startTestServer();
}

/** Starts an embedded PostgreSQL in a temporary folder. */
export async function startTestServer(): Promise<TestServer> {
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "parley-tests-"));
  stack.defer(() => rm(dataDir, { recursive: true }));
  const { url } = stack.use(
    await startEmbedded(dataDir, TEST_LOG, { configuration: CONFIGURATION }),
  );
  await runOn(url, `create database ${MIGRATED}`);
  {
    await using migrated = openPostgres(urlOf(url, MIGRATED), () => {});
    await migrateToLatest(migrated.db);
  }
  const running = stack.move();
  return { url, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** The URL of another database of a server. */
export function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

export async function runOn(url: string, statement: string): Promise<void> {
  await using opened = openPostgres(url, () => {});
  await sql.raw(statement).execute(opened.db);
}
