import { resident } from "./resident.ts";
import type { Stack } from "./stack.ts";

/** Resident bytes of a process at the first sample, at the highest and at the last. */
export interface Memory {
  readonly before: number;
  readonly most: number;
  readonly after: number;
}

export interface StackMemory {
  readonly gateway: Memory;
  readonly server: Memory;
}

const SAMPLE_INTERVAL_MS = 1_000;

/** Samples the memory of both processes, at once and then each second; its disposal ends the sampling. */
export async function watchMemory(stack: Stack) {
  const samples: Record<"gateway" | "server", number>[] = [];
  const sample = async () => {
    const { gateway, server } = stack;
    samples.push({ gateway: await resident(gateway), server: await resident(server) });
  };
  await sample();
  const timer = setInterval(sample, SAMPLE_INTERVAL_MS);
  const of = (name: "gateway" | "server"): Memory => {
    const figures = samples.map((one) => one[name]);
    const [before = 0, after = 0] = [figures[0], figures.at(-1)];
    return { before, most: Math.max(...figures), after };
  };
  return {
    /** The figures up to a sample that is taken for this call. */
    async read(): Promise<StackMemory> {
      await sample();
      return { gateway: of("gateway"), server: of("server") };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
