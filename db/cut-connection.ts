import type pg from "pg";

/** Ends a connection at once, because its other end may not answer. */
export function cutConnection(client: pg.ClientBase): void {
  // The types of `pg` leave the socket out.
  const { connection } = client as unknown as { connection: { stream: { destroy(): void } } };
  connection.stream.destroy();
}
