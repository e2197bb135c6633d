import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { startStack } from "../stack/stack.ts";
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
