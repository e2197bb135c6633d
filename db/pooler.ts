import type pg from "pg";

/**
 * Finds out whether a pooler such as PgBouncer in transaction mode stands before PostgreSQL: it gives
 * each transaction any of its sessions, so that two clients meet in one, and what belongs to a session
 * (prepared statements, advisory locks, `LISTEN`) is lost.
 */
export async function sharesSessions(createClient: () => pg.Client): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const [one, other] = [await connect(createClient(), stack), await connect(createClient(), stack)];
  const before = await sessionOf(one);
  await other.query("begin");
  const meanwhile = await sessionOf(other);
  const after = await sessionOf(one);
  return meanwhile === before || after !== before;
}

async function connect(client: pg.Client, stack: AsyncDisposableStack): Promise<pg.Client> {
  client.on("error", () => {});
  await client.connect();
  stack.defer(() => client.end());
  return client;
}

/** The number of the process that serves a session of PostgreSQL. */
async function sessionOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return rows[0]?.pid;
}
