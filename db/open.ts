import { join } from "node:path";
import { CompiledQuery, Kysely, PGliteDialect, PostgresDialect } from "kysely";
import pg from "pg";
import { coalesceWrites } from "./coalesce-writes.ts";
import { lockFolder } from "./folder-lock.ts";
import { EmbeddedPostgres } from "./pglite/embedded-postgres.ts";
import { prepareMarked } from "./prepared.ts";
import type { Tables } from "./schema.ts";

/** Milliseconds. */
const QUERY_TIMEOUT = 8_000;

export type Database = Kysely<Tables>;

export interface OpenedDatabase extends AsyncDisposable {
  readonly db: Database;
  readonly kind: "pglite" | "postgres";
  /** Resolves when the database failed for good; one that is reached by a network never does. */
  readonly failed: Promise<Error>;
}

/** `int8` counts sequences here: it stays exact as a number up to 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens PostgreSQL at `url`, without connecting yet.
 * @param onError is told of connections that broke, idle or in use; the pool replaces them.
 */
export function openPostgres(url: string, onError: (error: Error) => void): OpenedDatabase {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "parley",
    max: 10,
    connectionTimeoutMillis: 5_000,
    // A database that hangs, and closes nothing, must not hang its callers.
    query_timeout: QUERY_TIMEOUT,
    keepAlive: true,
    // What is sent behind an unanswered statement goes out at once; see pipelined-transaction.ts.
    pipeline: true,
  });
  // The pool listens to idle connections alone; one that broke in use would end the process.
  pool.on("connect", (client) => {
    client.on("error", onError);
    coalesceWrites(client);
    prepareMarked(client);
  });
  pool.on("error", () => {});
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool,
      // Compiling a query takes PostgreSQL 200 ms, ours take one or two; its planner does not always know.
      onCreateConnection: (connection) =>
        connection.executeQuery(CompiledQuery.raw("set jit = off")).then(() => {}),
    }),
  });
  const failed = new Promise<never>(() => {});
  return { db, kind: "postgres", failed, [Symbol.asyncDispose]: () => db.destroy() };
}

/**
 * Opens the embedded database in `dataDir`, and keeps other processes out of it.
 * @throws FolderLockedError when another process has it open.
 */
export async function openEmbedded(dataDir: string): Promise<OpenedDatabase> {
  const folder = join(dataDir, "database");
  const lock = lockFolder(folder);
  const pglite = new EmbeddedPostgres(join(folder, "pglite"));
  await pglite.waitReady;
  const db = new Kysely<Tables>({ dialect: new PGliteDialect({ pglite }) });
  return {
    db,
    kind: "pglite",
    failed: pglite.failed,
    async [Symbol.asyncDispose]() {
      await db.destroy();
      await pglite.close();
      lock[Symbol.dispose]();
    },
  };
}
