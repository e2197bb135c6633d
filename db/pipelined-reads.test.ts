import { expect, test } from "bun:test";
import { type QueryExecutorProvider, sql } from "kysely";
import { pipelinedReads } from "./pipelined-reads.ts";
import { openTestDatabase } from "./testing/open-test-database.ts";

async function sessionOf(q: QueryExecutorProvider): Promise<number | undefined> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(q);
  return rows[0]?.pid;
}

/** @param onSent is called when a statement is given to a connection. */
function watch(db: QueryExecutorProvider, onSent: () => void): QueryExecutorProvider {
  const executor = db.getExecutor();
  const watched = executor.withConnectionProvider({
    provideConnection: (consumer) =>
      executor.provideConnection((connection) =>
        consumer({
          executeQuery(query) {
            onSent();
            return connection.executeQuery(query);
          },
          streamQuery: connection.streamQuery.bind(connection),
        }),
      ),
  });
  return { getExecutor: () => watched };
}

test("Reads that are called together run on one connection, and are sent before the first response", async () => {
  await using database = await openTestDatabase();
  let sent = 0;
  const watched = watch(database.db, () => sent++);
  const read = async (q: QueryExecutorProvider) => ({ session: await sessionOf(q), sent });
  const found = await pipelinedReads(watched, (q) => Promise.all([read(q), read(q), read(q)]));
  expect(new Set(found.map(({ session }) => session)).size).toBe(1);
  expect(found.map((each) => each.sent)).toEqual([3, 3, 3]);
});

test("A read that fails fails all, and leaves the connection usable", async () => {
  await using database = await openTestDatabase();
  const failing = pipelinedReads(database.db, (q) =>
    Promise.all([sql`select 1 / 0`.execute(q), sessionOf(q)]),
  );
  await expect(failing).rejects.toThrow("division by zero");
  expect(await sessionOf(database.db)).toBeNumber();
});
