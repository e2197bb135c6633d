import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect, listen, type Socket } from "bun";
import { sql } from "kysely";
import { openPostgres } from "./open.ts";
import { pipelinedTransaction } from "./pipelined-transaction.ts";
import { openTestDatabase } from "./testing/open-test-database.ts";

const adminUrl = process.env["TEST_DATABASE_URL"];
const TEST_TIMEOUT_MS = 60_000;

const databases = [
  ["the embedded database", openTestDatabase, true],
  ["PostgreSQL", async () => openPostgres(adminUrl ?? "", () => {}), adminUrl !== undefined],
] as const;

for (const [name, open, isHere] of databases)
  describe.skipIf(!isHere)(`a pipelined transaction on ${name}`, () => {
    const table = sql.raw(`pipelined_${crypto.randomUUID().replaceAll("-", "")}`);
    let opened: Awaited<ReturnType<typeof open>>;
    beforeAll(async () => {
      opened = await open();
      await sql`create table ${table} (n integer primary key)`.execute(opened.db);
    }, TEST_TIMEOUT_MS);
    afterAll(async () => {
      await sql`drop table ${table}`.execute(opened.db);
      await opened[Symbol.asyncDispose]();
    });

    const insert = (n: number) => sql`insert into ${table} values (${n}::integer)`;
    const stored = async () => {
      const { rows } = await sql<{ n: number }>`select n from ${table} order by n`.execute(
        opened.db,
      );
      return rows.map(({ n }) => n);
    };

    test(
      "A transaction runs concurrent statements in the order of the calls and commits them",
      async () => {
        const count = sql<{ count: number }>`select count(*)::integer as count from ${table}`;
        const counts = await pipelinedTransaction(opened.db, async (tx) => {
          const [, one, , two] = await Promise.all([
            insert(1).execute(tx),
            count.execute(tx),
            insert(2).execute(tx),
            count.execute(tx),
            tx.commit(),
          ]);
          return [...one.rows, ...two.rows];
        });
        expect(counts).toEqual([{ count: 1 }, { count: 2 }]);
        expect(await stored()).toEqual([1, 2]);
      },
      TEST_TIMEOUT_MS,
    );

    test("A failed statement rolls the transaction back, although the commit was sent already", async () => {
      const before = await stored();
      const result = pipelinedTransaction(opened.db, (tx) =>
        Promise.all([
          insert(3).execute(tx),
          insert(3).execute(tx),
          insert(4).execute(tx),
          tx.commit(),
        ]),
      );
      expect(await result.catch(({ code }) => code)).toBe("23505");
      expect(await stored()).toEqual(before);
    });

    test("An error in the work rolls the transaction back and leaves the connection usable", async () => {
      const before = await stored();
      const result = pipelinedTransaction(opened.db, async (tx) => {
        await insert(5).execute(tx);
        throw new Error("changed my mind");
      });
      expect(await result.catch(({ message }) => message)).toBe("changed my mind");
      expect(await stored()).toEqual(before);
    });
  });

describe.skipIf(adminUrl === undefined)("a pipelined transaction over a slow connection", () => {
  test("The commit is sent before any statement has a response", async () => {
    using proxy = openHoldingProxy(new URL(adminUrl ?? ""));
    await using opened = openPostgres(proxy.url, () => {});
    await sql`select 'connected'`.execute(opened.db);
    proxy.holdUntil("commit\0");
    const [one, two] = await pipelinedTransaction(opened.db, (tx) =>
      Promise.all([
        sql<{ n: number }>`select ${1}::integer as n`.execute(tx),
        sql<{ n: number }>`select ${2}::integer as n`.execute(tx),
        tx.commit(),
      ]),
    );
    expect([one.rows, two.rows]).toEqual([[{ n: 1 }], [{ n: 2 }]]);
  });
});

interface ProxyData {
  database?: Socket<ProxyData>;
}

/** A proxy to a database that can hold all responses back until a text was sent to the database. */
function openHoldingProxy(
  target: URL,
): { url: string; holdUntil(text: string): void } & Disposable {
  let awaited: string | undefined;
  let held: (() => void)[] = [];

  function release(): void {
    awaited = undefined;
    for (const write of held) write();
    held = [];
  }

  const listener = listen<ProxyData>({
    hostname: "127.0.0.1",
    port: 0,
    data: {},
    socket: {
      async open(client) {
        client.pause();
        const database = await connect<ProxyData>({
          hostname: target.hostname,
          port: Number(target.port || 5432),
          data: {},
          socket: {
            data(_, bytes) {
              const response = Buffer.from(bytes);
              if (awaited === undefined) client.write(response);
              else held.push(() => client.write(response));
            },
            close: () => void client.end(),
          },
        });
        client.data = { database };
        client.resume();
      },
      data({ data: { database } }, bytes) {
        database?.write(bytes);
        if (awaited !== undefined && bytes.includes(awaited)) release();
      },
      close: ({ data: { database } }) => void database?.end(),
    },
  });
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(listener.port);
  return {
    url: url.href,
    holdUntil(text) {
      awaited = text;
    },
    [Symbol.dispose]: () => listener.stop(true),
  };
}
