import { expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { startStack } from "../stack/stack.ts";
import { expectCalm } from "./expect-calm.ts";
import { changeProfiles, hugePicture } from "./profile-attack.ts";
import { underAttack } from "./under-attack.ts";

const ATTACKERS = 4;
const ATTACK_MS = 10_000;
/** Nearly as many pixels as a picture may have. */
const SIDE = 6_300;

onEachStack("a flood of profile changes", (kind) => {
  test("Four members who change names and huge pictures all the time delay no neighbour, and send few frames", async () => {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" }, { limits: "default" });
    const ann = await Person.register(stack.url, "ann");
    const { id: channel } = await ann.create({
      kind: "channel",
      name: "everyone",
      visibility: "public",
    });
    const attackers: Person[] = [];
    for (let n = 0; n < ATTACKERS; n++) {
      const mallory = await Person.register(stack.url, "mallory");
      await mallory.json("POST", `/chats/${channel}/join`);
      attackers.push(mallory);
    }
    using phone = await ann.connect();
    let statuses: Record<string, number> = {};
    const outcome = await underAttack(stack, async () => {
      statuses = await changeProfiles(attackers, hugePicture(SIDE), ATTACK_MS);
    });
    expectCalm(outcome);
    expect(["200", "429", "503"]).toEqual(expect.arrayContaining(Object.keys(statuses)));
    expect(statuses["200"]).toBeLessThanOrEqual(ATTACKERS * LIMITS.maxProfileChangesPerMinute);
    const told = phone.frames.filter(({ type }) => type === "profile").length;
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(ATTACKERS * LIMITS.maxProfileChangesPerMinute);
  }, 240_000);
});
