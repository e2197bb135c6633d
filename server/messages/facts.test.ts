import { expect, test } from "bun:test";
import { forEachDatabase } from "../testing/database.ts";
import { recordQueries } from "../testing/record-queries.ts";
import { readFacts } from "./facts.ts";

const BATCH = 200;

forEachDatabase((db) => {
  test("what a batch depends on is looked up by keys, however little is known of the tables", async () => {
    const batch = Array.from({ length: BATCH }, () => ({
      sender: Bun.randomUUIDv7(),
      draft: {
        chat: Bun.randomUUIDv7(),
        clientId: crypto.randomUUID(),
        body: "hello",
        replyTo: 1,
        files: [Bun.randomUUIDv7()],
      },
    }));
    const recorded = recordQueries(db());
    await readFacts(recorded.db, batch, new Date());
    const plans = await recorded.plans();
    expect(plans).toHaveLength(5);
    expect(plans.flatMap((plan) => plan.match(/Seq Scan on \S+/g) ?? [])).toEqual([]);
  });
});
