import { startOwnParts } from "../parts/own-parts.ts";
import { type StackKind, stackKinds } from "../stack/stack.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { playRound } from "./round.ts";
import { Tally, table } from "./tally.ts";

/** Rounds of other faults for each round of a slow one. */
const SLOW_FACTOR = 25;

/** `bun run torture [rounds] [words of a fault's or a stack's name …]` */
const [first = "", ...rest] = process.argv.slice(2);
const rounds = Number(first) || 50;
const words = Number(first) || first === "" ? rest : [first, ...rest];

await using _parts = await startOwnParts();

const tallies: Tally[] = [];
for (const kind of stackKinds())
  for (const fault of FAULTS) if (isSelected(kind, fault)) tallies.push(await play(kind, fault));

console.log(`\n${table(tallies)}`);
process.exitCode = tallies.length > 0 && tallies.every(({ isClean }) => isClean) ? 0 : 1;

function isSelected(kind: StackKind, fault: Fault): boolean {
  const name = `${kind}, ${fault.name}`;
  return fault.stacks.includes(kind) && words.every((word) => name.includes(word));
}

async function play(kind: StackKind, fault: Fault): Promise<Tally> {
  const tally = new Tally(kind, fault.name);
  await using scene = await fault.open(kind);
  const faultRounds = fault.isSlow ? Math.ceil(rounds / SLOW_FACTOR) : rounds;
  for (let round = 1; round <= faultRounds; round++) {
    const { acknowledged, lost, doubled, reordered, holes } = tally.add(await playRound(scene));
    console.log(
      `${kind}, ${fault.name}, round ${round}: ${acknowledged} acknowledged, ${lost} lost, ` +
        `${doubled} doubled, ${reordered} reordered, ${holes} holes`,
    );
  }
  return tally;
}
