import type { QueryExecutor } from "kysely";
import type pg from "pg";
import { isOutdated } from "./prepared.ts";

type Row = Record<string, unknown>;

/** Runs single statements on the connections of a pool. */
export interface StatementRunner {
  /** Runs a statement on a connection of its own. */
  run(text: string, values: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement on a connection that others use at the same time; they are answered in order. */
  runShared(text: string, values: readonly unknown[]): Promise<Row[]>;
}

/** Connections of a pool that are shared at most. */
const MAX_LANES = 2;
/** Statements of a lane above which another is opened. */
const LANE_DEPTH = 8;

/** A connection that is shared for as long as statements run on it. */
interface Lane {
  running: number;
  readonly connecting: Promise<pg.PoolClient>;
  client?: pg.PoolClient;
}

/**
 * Creates a runner beside Kysely, whose way to a connection costs as much as a short read: ten promises,
 * and a turn of the event loop. A shared connection also costs no check-out, and the statements of a turn
 * are one write and wake one process of PostgreSQL.
 */
export function createStatementRunner(pool: pg.Pool): StatementRunner {
  const lanes = new Set<Lane>();

  function takeLane(): Lane {
    const [freest] = [...lanes].sort((one, other) => one.running - other.running);
    const isEnough = freest && (freest.running < LANE_DEPTH || lanes.size >= MAX_LANES);
    return isEnough ? freest : openLane();
  }

  function openLane(): Lane {
    const lane: Lane = { running: 0, connecting: pool.connect() };
    lanes.add(lane);
    return lane;
  }

  return {
    async run(text, values) {
      const client = await pool.connect();
      try {
        return await query(client, text, values);
      } finally {
        client.release();
      }
    },

    async runShared(text, values) {
      const lane = takeLane();
      lane.running++;
      try {
        lane.client ??= await lane.connecting;
        return await query(lane.client, text, values);
      } catch (error) {
        // The connection may be broken: no further statement is given to it.
        lanes.delete(lane);
        throw error;
      } finally {
        lane.running--;
        if (lane.running === 0) {
          lanes.delete(lane);
          lane.client?.release();
        }
      }
    },
  };
}

/** Runs a statement, and again where it has to be prepared again. */
async function query(client: pg.PoolClient, text: string, values: readonly unknown[]) {
  const attempt = async () => (await client.query<Row>(text, [...values])).rows;
  try {
    return await attempt();
  } catch (error) {
    if (!isOutdated(error)) throw error;
    return await attempt();
  }
}

const runners = new WeakMap<QueryExecutor, StatementRunner>();

/** Lets the prepared statements of a database run on a runner, unless they are part of a transaction. */
export function setRunner(executor: QueryExecutor, runner: StatementRunner): void {
  runners.set(executor, runner);
}

/** The runner of a database; undefined for a transaction, and for a database that is wrapped. */
export function runnerOf(executor: QueryExecutor): StatementRunner | undefined {
  return runners.get(executor);
}
