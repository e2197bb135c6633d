import type { Writable } from "node:stream";
import type pg from "pg";

/** What `pg` has and its types leave out: the socket to the database. */
type Connected = pg.PoolClient & { readonly connection: { readonly stream: Writable } };

/**
 * Lets the statements that are asked for in one turn go out in one write: a pipeline would else be
 * as many packets as it has statements, and wake the database as often.
 */
export function coalesceWrites(client: pg.PoolClient): void {
  const { stream } = (client as Connected).connection;
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  let gathering = false;
  const gathered = (...args: unknown[]) => {
    if (!gathering) {
      gathering = true;
      stream.cork();
      queueMicrotask(() => {
        gathering = false;
        stream.uncork();
      });
    }
    return query(...args);
  };
  client.query = gathered as typeof client.query;
}
