import { CompiledQuery, Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { coalesceWrites } from "./coalesce-writes.ts";
import { createPreparation, type Preparation, prepareMarked } from "./prepared.ts";
import type { Tables } from "./schema.ts";

const QUERY_TIMEOUT_MS = 8_000;

export type Database = Kysely<Tables>;

export interface OpenedDatabase extends AsyncDisposable {
  readonly db: Database;
  /** Creates a client with a connection of its own. */
  createClient(): pg.Client;
  readonly preparation: Preparation;
}

/** A bigint is parsed as a number, which is exact up to 2^53: more than any sequence reaches. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens a pool of connections to PostgreSQL, which connects at the first statement.
 * @param onError is called with the error of a broken connection, which the pool replaces.
 * @param preparation decides whether marked statements are prepared.
 */
export function openPostgres(
  url: string,
  onError: (error: Error) => void,
  preparation: Preparation = createPreparation(() => {}),
): OpenedDatabase {
  const connection: pg.ClientConfig = {
    connectionString: url,
    application_name: "parley",
    connectionTimeoutMillis: 5_000,
    // A statement fails when the database hangs without closing the connection.
    query_timeout: QUERY_TIMEOUT_MS,
    keepAlive: true,
  };
  const pool = new pg.Pool({
    ...connection,
    max: 10,
    // A statement is sent without waiting for the response to the previous one (pipelined-transaction.ts).
    pipeline: true,
  });
  // The pool handles errors only of idle connections. The error of one in use would end the process.
  pool.on("connect", (client) => {
    client.on("error", onError);
    coalesceWrites(client);
    prepareMarked(client, preparation);
  });
  pool.on("error", () => {});
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({
      pool,
      // JIT compilation takes 200 ms, and the planner sometimes chooses it for a query of 2 ms.
      onCreateConnection: (connection) =>
        connection.executeQuery(CompiledQuery.raw("set jit = off")).then(() => {}),
    }),
  });
  return {
    db,
    createClient: () => new pg.Client(connection),
    preparation,
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
