import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { OpenedDatabase } from "@parley/db/open";
import { openTestDatabase } from "@parley/db/testing/open-test-database";
import { eventually } from "@parley/platform/testing/eventually";
import { sql } from "kysely";
import { openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

describe("reads that the database does not answer", () => {
  const stack = new AsyncDisposableStack();
  let opened: OpenedDatabase;
  let server: TestServer;
  let ann: Person;
  let chat: string;

  beforeAll(async () => {
    opened = stack.use(await openTestDatabase());
    server = stack.use(openTestServer(opened.db, {}, { reads: opened.reads }));
    ann = await server.person("ann");
    chat = (await ann.post("/chats", { kind: "group" })).body.id;
    await say("before");
  });
  afterAll(() => stack.disposeAsync());

  const say = (body: string) =>
    ann.post("/messages", { chat, clientId: crypto.randomUUID(), body });

  /** Holds up every statement that reads the table, until disposed. */
  async function lock(table: string): Promise<AsyncDisposable> {
    const client = opened.createClient();
    await client.connect();
    await client.query(`begin; lock table ${table} in access exclusive mode`);
    return { [Symbol.asyncDispose]: () => client.end() };
  }

  test("A read is cancelled after 2 s as unavailable, and many of them hold up no send", async () => {
    await using _lock = await lock("reactions");
    const reads = Array.from({ length: 10 }, () => ann.get(`/messages?chat=${chat}`));
    await Bun.sleep(100);
    const start = performance.now();
    expect((await say("meanwhile")).status).toBe(201);
    expect(performance.now() - start).toBeLessThan(1_500);
    const [first] = await Promise.all(reads.slice(0, 6));
    expect(first).toMatchObject({
      status: 503,
      body: { code: "unavailable", detail: "The database took too long." },
    });
    await Promise.all(reads);
    expect(await waiting()).toBe(0);
  });

  test("A search that the index does not answer in time reads messages instead", async () => {
    await ann.post("/messages", { chat, clientId: crypto.randomUUID(), body: "an otter" });
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select ${chat}::uuid, 1000 + n, ${ann.id}::uuid, gen_random_uuid(), 'no', now() + interval '1 s'
      from generate_series(1, 2000) as n
    `.execute(opened.db);
    await using _lock = await lock("search_chunks");
    const found = await ann.get(`/messages/search?query=otter&chat=${chat}`);
    expect(found).toMatchObject({
      status: 200,
      body: { hits: [{ message: { body: "an otter" } }], hasMore: false },
    });
  });

  test("A user's third waiting search is refused, and the others wait", async () => {
    await using stack = new AsyncDisposableStack();
    stack.use(await lock("messages"));
    const search = () => ann.get(`/messages/search?query=otter&chat=${chat}`);
    const searches = Array.from({ length: 3 }, search);
    await eventually(async () => (await waiting()) === 1);
    await Bun.sleep(200);
    expect(await search()).toMatchObject({ status: 429, body: { code: "rate_limited" } });
    await stack.disposeAsync();
    const statuses = (await Promise.all(searches)).map(({ status }) => status);
    expect(statuses).not.toContain(429);
  });

  test("A search whose caller leaves is cancelled in PostgreSQL, and makes room for the next", async () => {
    const caller = new AbortController();
    const headers = { authorization: `Bearer ${ann.token}` };
    const path = `/messages/search?query=otter&chat=${chat}`;
    await using _lock = await lock("messages");
    const search = server.request(path, { headers, signal: caller.signal });
    await eventually(async () => (await waiting()) === 1);
    caller.abort();
    expect((await search).status).toBe(499);
    await eventually(async () => (await waiting()) === 0);
  });

  /** How many statements wait for a lock. */
  async function waiting(): Promise<number> {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
    `.execute(opened.db);
    return rows.length;
  }
});
