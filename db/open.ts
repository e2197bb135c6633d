import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { coalesceWrites } from "./coalesce-writes.ts";
import { cutConnection } from "./cut-connection.ts";
import { createPreparation, type Preparation, prepareMarked } from "./prepared.ts";
import type { Tables } from "./schema.ts";
import { createStatementRunner, setRunner } from "./statement-runner.ts";

const QUERY_TIMEOUT_MS = 8_000;
/** Time in which PostgreSQL must answer a read, or cancels it. */
const READ_TIMEOUT_MS = 2_000;
/** Time in which the cancellation arrives; without it, the server stops to wait for the read. */
const CANCEL_TIME_MS = 1_000;
/**
 * JIT compilation takes 200 ms, and the planner sometimes chooses it for a query of 2 ms.
 *
 * Every table is read by an index, in its order. A plan that is made while a table is small would scan all
 * of it, or sort what the index has in order, and a prepared statement keeps its plan while the table
 * grows, until it is analysed. The words of a search are the exception (server/search/search-messages.ts).
 *
 * The texts of times are in UTC (iso-time.ts).
 */
const SET_UP =
  "set jit = off; set enable_seqscan = off; set enable_bitmapscan = off; set timezone = 'UTC'";
/** Reads have few connections, so that they leave most of the database's processor time to writes. */
const CONNECTIONS = { writes: 10, reads: 6 };

export type Database = Kysely<Tables>;

export interface OpenedDatabase extends AsyncDisposable {
  readonly db: Database;
  /** The same database with connections of its own for reads, so that no write waits for one; a read takes 2 s at most. */
  readonly reads: Database;
  /** Creates a client with a connection of its own. */
  createClient(): pg.Client;
  readonly preparation: Preparation;
  /** The number of transactions and statements that wait for a connection. */
  waitingStatements(): number;
}

/** A bigint is parsed as a number, which is exact up to 2^53: more than any sequence reaches. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * Opens pools of connections to PostgreSQL, which connect at the first statement.
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
  const pools: pg.Pool[] = [];
  const open = (config: pg.PoolConfig, setUp: () => string) => {
    const pool = openPool({ ...connection, ...config }, { onError, preparation, setUp });
    pools.push(pool);
    const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
    setRunner(db.getExecutor(), createStatementRunner(pool));
    return db;
  };
  const db = open({ max: CONNECTIONS.writes }, () => SET_UP);
  const reads = open(
    { max: CONNECTIONS.reads, query_timeout: READ_TIMEOUT_MS + CANCEL_TIME_MS },
    // Behind a pooler, the timeout would hold for the writes that meet the same session.
    () => (preparation.isOn() ? `${SET_UP}; set statement_timeout = ${READ_TIMEOUT_MS}` : SET_UP),
  );
  return {
    db,
    reads,
    createClient: () => new pg.Client(connection),
    preparation,
    waitingStatements: () => pools.reduce((sum, { waitingCount }) => sum + waitingCount, 0),
    async [Symbol.asyncDispose]() {
      await Promise.all([db.destroy(), reads.destroy()]);
    },
  };
}

interface PoolOptions {
  readonly onError: (error: Error) => void;
  readonly preparation: Preparation;
  /** Returns the statements that each new connection begins with. */
  readonly setUp: () => string;
}

/**
 * The connections are set up by the pool and not by Kysely, whose `onCreateConnection` never gives back
 * a connection that breaks in its first statement: ten of these would leave no place in the pool.
 */
function openPool(config: pg.PoolConfig, { onError, preparation, setUp }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...config,
    // A statement is sent without waiting for the response to the previous one (pipelined-transaction.ts).
    pipeline: true,
    async onConnect(client) {
      // The pool handles errors only of idle connections. The error of one in use would end the process.
      client.on("error", onError);
      coalesceWrites(client);
      prepareMarked(client, preparation);
      // The pool removes a connection that is cut. If this function threw, the pool would first wait for
      // an orderly end, which a database that hangs does not give.
      await client.query(setUp()).catch(() => cutConnection(client));
    },
  });
  pool.on("error", () => {});
  return pool;
}
