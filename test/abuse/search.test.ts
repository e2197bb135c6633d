import { describe, expect, test } from "bun:test";
import pg from "pg";
import { createDatabase } from "../stack/database.ts";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { stackKinds, startStack } from "../stack/stack.ts";
import { expectCalm } from "./expect-calm.ts";
import { searchHard, storeLongMessages } from "./search-attack.ts";
import { underAttack } from "./under-attack.ts";

const ATTACK_MS = 8_000;

onEachStack("a search for many words in long messages", (kind) => {
  test("Ten searches a second for many words in long messages delay no neighbour", async () => {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" }, { limits: "default" });
    const mallory = await Person.register(stack.url, "mallory");
    const endpoint = { url: stack.url, token: mallory.token };
    const { id: chat } = await mallory.create({ kind: "group", name: "long texts" });
    await storeLongMessages(mallory, chat);
    let statuses: Record<string, number> = {};
    const outcome = await underAttack(stack, async () => {
      statuses = await searchHard(endpoint, ATTACK_MS);
    });
    expectCalm(outcome);
    expect(Object.keys(statuses)).toContain("200");
    expect(["200", "422", "429"]).toEqual(expect.arrayContaining(Object.keys(statuses)));
  }, 240_000);
});

describe.skipIf(!stackKinds().includes("postgres"))(
  "a search that PostgreSQL does not answer",
  () => {
    test("A search is cancelled in PostgreSQL when its browser leaves the gateway", async () => {
      await using database = await createDatabase();
      await using stack = await startStack("postgres", { DATABASE_URL: database.url });
      await using client = await connect(database.url);
      const ann = await Person.register(stack.url, "ann");
      const { id: chat } = await ann.create({ kind: "group", name: "room" });
      await client.query("begin; lock table messages in access exclusive mode");
      const browser = new AbortController();
      const search = fetch(`${stack.url}/service/api/messages/search?query=otter&chat=${chat}`, {
        headers: { authorization: `Bearer ${ann.token}` },
        signal: browser.signal,
      });
      await until(async () => (await waitingFor(client)) === 1);
      browser.abort();
      await expect(search).rejects.toThrow();
      const start = performance.now();
      await until(async () => (await waitingFor(client)) === 0);
      // A search that nobody cancelled would end after 2 s.
      expect(performance.now() - start).toBeLessThan(1_500);
    }, 120_000);
  },
);

async function connect(url: string): Promise<pg.Client & AsyncDisposable> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** How many statements wait for a lock. */
async function waitingFor(client: pg.Client): Promise<number> {
  const { rowCount } = await client.query(
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  );
  return rowCount ?? 0;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await Bun.sleep(10);
}
