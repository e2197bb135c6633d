import type { Writable } from "node:stream";
import type pg from "pg";

/** The socket to the database, which the types of `pg` leave out. */
type Connected = pg.ClientBase & { readonly connection: { readonly stream: Writable } };

/**
 * Sends the statements of one turn of the event loop in one write. Otherwise each statement of a
 * pipeline would be a packet, and would wake the database.
 */
export function coalesceWrites(client: pg.ClientBase): void {
  const { stream } = (client as Connected).connection;
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  let isCorked = false;
  const queryCorked = (...args: unknown[]) => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      queueMicrotask(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return query(...args);
  };
  client.query = queryCorked as typeof client.query;
}
