import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { startStack } from "../stack/stack.ts";
import { KILLS } from "../torture/faults.ts";
import { playRound } from "../torture/round.ts";

const ROUNDS = 3;

onEachStack("six people who talk through it,", (kind) => {
  test.each([...KILLS])(
    "$name loses, doubles, reorders and leaves out nothing",
    async (fault) => {
      await using stack = await startStack(kind);
      for (let round = 0; round < ROUNDS; round++) {
        const { acknowledged, stored, ...faults } = await playRound(stack, fault);
        expect(faults).toEqual({ lost: 0, doubled: 0, reordered: 0, holes: 0 });
        expect(acknowledged).toBeGreaterThan(100);
        expect(stored).toBeGreaterThan(acknowledged);
      }
    },
    300_000,
  );
});
