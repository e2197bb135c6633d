import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { ClientFrame } from "@parley/contracts/frames";
import { openTestDatabase } from "@parley/db/testing/open-test-database";
import { type CostBound, FRAME_COSTS, ROUTE_COSTS } from "./testing/bounded-costs.ts";
import { createLargeWorld, type LargeWorld } from "./testing/large-world.ts";
import { type Cost, measureCosts } from "./testing/measure-cost.ts";
import { SAMPLE_REQUESTS } from "./testing/sample-requests.ts";
import { openTestServer, type TestServer } from "./testing/test-server.ts";

const DOCUMENT = join(import.meta.dir, "../docs/decisions/bounded-costs.md");

/** Time after which a change of a profile is told to others, which is no cost of the next request. */
const PROFILE_GATHER_MS = 1_100;

function expectWithin({ statements, rows }: Cost, bound: CostBound): void {
  expect(statements).toBeLessThanOrEqual(bound.statements);
  expect(rows).toBeLessThanOrEqual(bound.rows);
}

describe("in a database of 3,000 chats, 20,000 messages and 5,000 members", () => {
  const stack = new AsyncDisposableStack();
  let measured: ReturnType<typeof measureCosts>;
  let server: TestServer;
  let world: LargeWorld;
  beforeAll(async () => {
    const { db } = stack.use(await openTestDatabase());
    measured = measureCosts(db);
    server = stack.use(openTestServer(measured.db));
    world = await createLargeWorld(db, server);
  }, 120_000);
  afterAll(() => stack.disposeAsync());

  test("The opening of a connection keeps within its bound", async () => {
    const cost = await measured.costOf(() => server.connect(world.ann));
    expectWithin(cost, FRAME_COSTS.opening);
  }, 60_000);

  test.each(Object.keys(FRAME_COSTS).filter((type) => type !== "opening"))(
    "A frame %s keeps within its bound of statements and rows",
    async (type) => {
      const send = await server.device(world.ann);
      const cost = await measured.costOf(async () => {
        await send(frameOf(type as ClientFrame["type"]));
        await measured.untilQuiet();
      });
      expectWithin(cost, FRAME_COSTS[type as keyof typeof FRAME_COSTS]);
      expect(cost.statements > 0).toBe(FRAME_COSTS[type as keyof typeof FRAME_COSTS].rows > 0);
    },
    60_000,
  );

  test.each(Object.entries(SAMPLE_REQUESTS))(
    "%s keeps within its bound of statements and rows",
    async (key, prepare) => {
      const sample = await prepare(world, server);
      let status = 0;
      const cost = await measured.costOf(async () => {
        ({ status } = await sample(world, server));
      });
      expect(status).toBeLessThan(300);
      expectWithin(cost, ROUTE_COSTS[key as keyof typeof ROUTE_COSTS]);
      if (key.includes("/profile")) await Bun.sleep(PROFILE_GATHER_MS);
    },
    60_000,
  );

  function frameOf(type: ClientFrame["type"]): ClientFrame {
    const chat = world.channel;
    switch (type) {
      case "send":
        return { type, chat, clientId: crypto.randomUUID(), body: "a new message" };
      case "resume": {
        const groups = world.groups.map((group) => [group, 0]);
        return { type, chats: { [chat]: 19_500, ...Object.fromEntries(groups) } };
      }
      case "typing":
        return { type, chat };
      case "read":
        return { type, chat, seq: 19_000 };
      case "ping":
        return { type, id: 1 };
    }
  }
});

test("The document lists every route and frame with its bound", async () => {
  const document = await Bun.file(DOCUMENT).text();
  const listed = [...document.matchAll(/^\| `(.+?)` \| (.+) \|$/gm)].map(([row]) => row);
  const rowOf = ([key, { statements, rows, boundedBy }]: [string, CostBound]) =>
    `| \`${key}\` | ${statements} | ${rows.toLocaleString("en")} | ${boundedBy} |`;
  expect(listed).toEqual(
    [...Object.entries(ROUTE_COSTS), ...Object.entries(FRAME_COSTS)].map(rowOf),
  );
});
