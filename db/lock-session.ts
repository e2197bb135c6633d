import type pg from "pg";
import { cutConnection } from "./cut-connection.ts";

/** `parley` in ASCII. Advisory locks are of one database, so that each database has a server of its own. */
const LOCK_KEY = String(0x7061726c6579);
/** How often the connection of the lock is used, so that both ends notice when it breaks. */
const BEAT_INTERVAL_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;

/** How a connection holds the lock. */
interface LockKind {
  /** Makes PostgreSQL end the session, and its lock with it, a few seconds after the server's machine has vanished. */
  readonly begin: string;
  readonly lock: string;
}

const SESSION_LOCK: LockKind = {
  begin: `
    set tcp_keepalives_idle = 3;
    set tcp_keepalives_interval = 2;
    set tcp_keepalives_count = 2;
    set tcp_user_timeout = 7000
  `,
  lock: "pg_try_advisory_lock",
};

/** Behind a pooler that shares sessions, a client keeps one only while its transaction is open. */
const TRANSACTION_LOCK: LockKind = {
  begin: "begin; set local idle_in_transaction_session_timeout = '9s'",
  lock: "pg_try_advisory_xact_lock",
};

/** A backend of PostgreSQL; its number alone is used again after its end. */
export interface Backend {
  readonly pid: number;
  readonly startedAt: string;
}

/** A connection that holds the lock. */
export interface LockSession extends AsyncDisposable {
  readonly backend: Backend;
  /** Resolves when the connection has ended, and the lock with it. */
  readonly ended: Promise<void>;
}

export interface LockSessionOptions {
  /** Whether a pooler shares sessions among clients. */
  readonly isPooled: boolean;
  /** An earlier session of this server: it is ended where PostgreSQL has not noticed its end. */
  readonly previous?: Pick<LockSession, "backend">;
}

/**
 * Connects a client and takes the lock.
 * @returns null when another session holds the lock.
 */
export async function openLockSession(
  client: pg.Client,
  { isPooled, previous }: LockSessionOptions,
): Promise<LockSession | null> {
  const kind = isPooled ? TRANSACTION_LOCK : SESSION_LOCK;
  const ended = new Promise<void>((resolve) => client.once("end", resolve));
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(kind.begin);
    if (previous) await endBackend(client, previous.backend);
    const backend = await lock(client, kind);
    if (backend) return hold(client, backend, ended);
  } catch (error) {
    await close(client);
    throw error;
  }
  await close(client);
  return null;
}

/** @returns null when another session holds the lock. */
async function lock(client: pg.Client, kind: LockKind): Promise<Backend | null> {
  const { rows } = await client.query<Backend & { isTaken: boolean }>(
    `select ${kind.lock}($1) as "isTaken", pid, backend_start::text as "startedAt"
     from pg_stat_activity where pid = pg_backend_pid()`,
    [LOCK_KEY],
  );
  const [{ isTaken, ...backend } = { isTaken: false, pid: 0, startedAt: "" }] = rows;
  return isTaken ? backend : null;
}

async function endBackend(client: pg.Client, { pid, startedAt }: Backend): Promise<void> {
  await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and backend_start::text = $2",
    [pid, startedAt],
  );
}

function hold(client: pg.Client, backend: Backend, ended: Promise<void>): LockSession {
  const beat = setInterval(() => {
    client.query("select 1").catch(() => cutConnection(client));
  }, BEAT_INTERVAL_MS);
  void ended.then(() => clearInterval(beat));
  return { backend, ended, [Symbol.asyncDispose]: () => close(client) };
}

/** Says goodbye to the database, which may not answer. */
async function close(client: pg.Client): Promise<void> {
  const timer = setTimeout(() => cutConnection(client), CLOSE_TIMEOUT_MS);
  await client.end().catch(() => {});
  clearTimeout(timer);
}
