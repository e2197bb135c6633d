import { expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { FAULTS } from "../torture/faults.ts";
import { playRound } from "../torture/round.ts";

const ROUNDS = 3;

onEachStack("six writers during faults", (kind) => {
  test.each(FAULTS.filter(({ stacks }) => stacks.includes(kind)))(
    "A run with $name loses, doubles, reorders and omits no message",
    async (fault) => {
      await using scene = await fault.open(kind);
      for (let round = 0; round < (fault.isSlow ? 1 : ROUNDS); round++) {
        const { acknowledged, stored, ...faults } = await playRound(scene);
        expect(faults).toEqual({ lost: 0, doubled: 0, reordered: 0, holes: 0 });
        expect(acknowledged).toBeGreaterThan(100);
        expect(stored).toBeGreaterThan(100);
      }
    },
    300_000,
  );
});
