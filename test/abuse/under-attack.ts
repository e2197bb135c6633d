import { type StackMemory, watchMemory } from "../stack/memory-watch.ts";
import type { Stack } from "../stack/stack.ts";
import { type Neighbours, startNeighbours } from "./neighbours.ts";
import type { Talk } from "./neighbours-thread.ts";

/** Messages before the attack, after which both processes have compiled what they run. */
const WARM_UP_MS = 2_000;
/** Messages after the attack whose acknowledgements are measured. */
const AFTER_MS = 5_000;
/** Time in which the memory of an attack must return. */
const MEMORY_RETURN_MS = 30_000;
/** Growth of a process that buffers, garbage collection and compiled code explain. */
const MAX_KEPT_BYTES = 96 * 1024 * 1024;

export interface Outcome {
  readonly during: Talk;
  readonly after: Talk;
  readonly memory: StackMemory;
}

/**
 * Runs an attack while neighbours talk, and measures them during the attack and after.
 * @param attack begins when the neighbours talk; the attack is over when its promise resolves.
 */
export async function underAttack(
  stack: Stack,
  attack: (neighbours: Neighbours) => Promise<unknown>,
): Promise<Outcome> {
  using neighbours = await startNeighbours(stack.url);
  await Bun.sleep(WARM_UP_MS);
  using watch = await watchMemory(stack);
  await neighbours.report();
  await attack(neighbours);
  const during = await neighbours.report();
  await Bun.sleep(AFTER_MS);
  const after = await neighbours.report();
  return { during, after, memory: await memoryAfter(watch.read) };
}

/** Whether a process gave back what an attack took. */
export function isBack({ before, after }: StackMemory["gateway"]): boolean {
  return after <= before + MAX_KEPT_BYTES;
}

async function memoryAfter(read: () => Promise<StackMemory>): Promise<StackMemory> {
  const deadline = performance.now() + MEMORY_RETURN_MS;
  for (;;) {
    const memory = await read();
    const isCalm = isBack(memory.gateway) && isBack(memory.server);
    if (isCalm || performance.now() > deadline) return memory;
    await Bun.sleep(500);
  }
}
