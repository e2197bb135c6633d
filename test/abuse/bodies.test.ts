import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { startStack } from "../stack/stack.ts";
import { BODY_SHAPES, type BodyAttack, sendUnfinishedBodies } from "./body-attack.ts";
import { expectCalm } from "./expect-calm.ts";
import { underAttack } from "./under-attack.ts";

const CONNECTIONS = 600;
const BYTES = 1_000_000;
const LENGTH_MS = 1_000;
/** The gateway's memory under attack: what it may buffer in all, and garbage. */
const MAX_GROWTH_BYTES = 160 * 1024 * 1024;

const ATTACKS: readonly Pick<BodyAttack, "path" | "method" | "isSignedIn">[] = [
  { path: "/service/api/login" },
  { path: "/service/api/chats", isSignedIn: true },
  { path: "/service/api/profile/avatar", method: "PUT", isSignedIn: true },
];

onEachStack("bodies that are never finished", (kind) => {
  // With high rates, so that only the bounds of bodies hold.
  test("Six hundred bodies of a megabyte that stay unfinished delay no neighbour, and their memory returns", async () => {
    await using stack = await startStack(kind, { LOG_LEVEL: "error" });
    const { token } = await Person.register(stack.url, "mallory");
    const answered = new Set<string>();
    const outcome = await underAttack(stack, async () => {
      for (const shape of BODY_SHAPES)
        for (const target of ATTACKS) {
          const attack = { ...target, shape, connections: CONNECTIONS, bytes: BYTES };
          const statuses = await sendUnfinishedBodies(
            { url: stack.url, token },
            { ...attack, lengthMs: LENGTH_MS },
          );
          for (const status of Object.keys(statuses)) answered.add(status);
        }
    });
    expectCalm(outcome);
    expect([...answered].toSorted()).toEqual(["413", "429"]);
    const { before, most } = outcome.memory.gateway;
    expect(most - before).toBeLessThan(MAX_GROWTH_BYTES);
  }, 240_000);
});
