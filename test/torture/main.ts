import { stackKinds, startStack } from "../stack/stack.ts";
import { KILLS, stopServer } from "./faults.ts";
import { playRound } from "./round.ts";

const rounds = Number(process.argv[2] ?? 50);
let bad = 0;

for (const kind of stackKinds())
  for (const fault of [...KILLS, stopServer]) {
    await using stack = await startStack(kind);
    const many = fault === stopServer ? Math.ceil(rounds / 25) : rounds;
    for (let round = 1; round <= many; round++) {
      const { acknowledged, lost, doubled, reordered, holes } = await playRound(stack, fault);
      if (lost + doubled + reordered + holes > 0) bad++;
      console.log(
        `${kind}, ${fault.name}, round ${round}: ${acknowledged} acknowledged, ${lost} lost, ` +
          `${doubled} doubled, ${reordered} reordered, ${holes} holes`,
      );
    }
  }
process.exit(bad === 0 ? 0 : 1);
