import { expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { startStack } from "../stack/stack.ts";
import { bootstrapHard, connectHard, fillChats } from "./bootstrap-attack.ts";
import { expectCalm } from "./expect-calm.ts";
import { underAttack } from "./under-attack.ts";

const ATTACK_MS = 15_000;

onEachStack("a user in as many chats as one may be in", (kind) => {
  test("Ten bootstraps and ten new sockets at once, again and again, delay no neighbour", async () => {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" }, { limits: "default" });
    const mallory = await Person.register(stack.url, "mallory");
    await fillChats(stack.url, mallory);
    // The makers of the chats may have used up the second's requests of the address.
    await Bun.sleep(1_100);
    const { chats, moreChats } = await mallory.bootstrap();
    expect([chats.length, moreChats]).toEqual([LIMITS.chats.inBootstrap, true]);
    let statuses: Record<string, number> = {};
    let welcomed = 0;
    const outcome = await underAttack(stack, async () => {
      const end = Date.now() + ATTACK_MS;
      const isOver = () => Date.now() > end;
      [statuses, welcomed] = await Promise.all([
        bootstrapHard({ url: stack.url, token: mallory.token }, isOver),
        connectHard(mallory, isOver),
      ]);
    });
    console.log(`bootstraps ${JSON.stringify(statuses)}, sockets ${welcomed}`);
    expectCalm(outcome);
    expect(statuses["200"]).toBeGreaterThan(0);
    expect(["200", "429"]).toEqual(expect.arrayContaining(Object.keys(statuses)));
    expect(welcomed).toBeGreaterThan(0);
  }, 240_000);
});
