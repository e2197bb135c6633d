import { expect, test } from "bun:test";
import { onTestDatabase } from "../testing/database.ts";
import { recordQueries } from "../testing/record-queries.ts";
import { loadBatchContext, pairKey } from "./batch-context.ts";
import { decideBatch } from "./decide-batch.ts";
import { insertMessages } from "./store-batch.ts";

const BATCH = 200;

onTestDatabase((db) => {
  test("The context of a batch is read by keys, without statistics of the tables", async () => {
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
    await loadBatchContext(recorded.db, batch, new Date());
    const plans = await recorded.plans();
    expect(plans).toHaveLength(5);
    expect(plans.flatMap((plan) => plan.match(/Seq Scan on \S+/g) ?? [])).toEqual([]);
  });

  test("The chats of a batch are updated by their place on disk, without statistics of the tables", async () => {
    const recorded = recordQueries(db());
    const sender = Bun.randomUUIDv7();
    const batch = Array.from({ length: BATCH }, () => ({
      sender,
      draft: { chat: Bun.randomUUIDv7(), clientId: crypto.randomUUID(), body: "hello" },
    }));
    const member = { kind: "group", role: "member", mutedUntil: null } as const;
    const permissions = { ...member, suspendedUntil: null, blocked: false, isRequest: false };
    const context = {
      heads: new Map(batch.map(({ draft }) => [draft.chat, 0])),
      permissions: new Map(batch.map(({ draft }) => [pairKey(draft.chat, sender), permissions])),
      priors: new Map(),
      targets: new Set<string>(),
      files: new Map(),
    };
    await insertMessages(recorded.db, decideBatch(batch, context, new Date()), new Date());
    const [plan = ""] = await recorded.plans();
    expect(plan).toContain("Tid Scan on chats");
    expect(plan).not.toContain("Seq Scan");
  });
});
