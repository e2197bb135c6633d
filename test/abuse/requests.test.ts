import { expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { startStack } from "../stack/stack.ts";
import { expectCalm } from "./expect-calm.ts";
import { underAttack } from "./under-attack.ts";

const GROUPS = 50;
const ATTACK_MS = 5_000;

onEachStack("a flood of requests", (kind) => {
  test("Of 50 groups that a stranger forces on a person in 5 s, 20 are requests, and a block removes them", async () => {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" }, { limits: "default" });
    const mallory = await Person.register(stack.url, "mallory");
    const ann = await Person.register(stack.url, "ann");
    using phone = await ann.connect();
    const answers: Response[] = [];
    const force = async () => {
      const creation = { kind: "group", name: "come here", members: [ann.id] };
      answers.push(await mallory.request("POST", "/chats", creation));
    };
    const outcome = await underAttack(stack, async () => {
      const forced: Promise<void>[] = [];
      for (let n = 0; n < GROUPS; n++) {
        forced.push(force());
        await Bun.sleep(ATTACK_MS / GROUPS);
      }
      await Promise.all(forced);
    });
    expectCalm(outcome);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(answers).toHaveLength(GROUPS);
    expect(refused).toHaveLength(GROUPS - LIMITS.requests.open);
    for (const response of refused) {
      expect(response.status).toBe(429);
      expect(await response.json()).toMatchObject({ code: "rate_limited" });
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    const { chats } = await ann.bootstrap();
    expect(chats.map(({ request }) => request)).toEqual(Array(LIMITS.requests.open).fill(true));

    await ann.json("POST", "/block", { userId: mallory.id }, 201);
    expect((await ann.bootstrap()).chats).toEqual([]);
    const left = () => phone.frames.filter(({ type }) => type === "left").length;
    while (left() < LIMITS.requests.open)
      await phone.until("left", () => true, phone.frames.length);
    expect(
      (await mallory.request("POST", "/chats", { kind: "group", members: [ann.id] })).status,
    ).toBe(403);
  }, 240_000);
});
