import { Refusal } from "../http/problem.ts";

interface LanesOptions {
  readonly maxRunning: number;
  /** Tasks that may wait in each lane. */
  readonly maxQueued: number;
}

/**
 * Limits how many tasks run at once; further tasks wait in the lane of their kind. The lanes take turns,
 * so that a lane that many fill does not hold up the others.
 * @returns the function that runs a task; it throws a Refusal `overloaded` where the lane is full.
 */
export function createLanes<Lane extends string>(
  names: readonly Lane[],
  { maxRunning, maxQueued }: LanesOptions,
) {
  /** In the order of their turns. */
  const lanes = names.map((name) => ({ name, queue: [] as (() => void)[] }));
  let free = maxRunning;

  function acquire(name: Lane): Promise<void> | void {
    if (free > 0) {
      free--;
      return;
    }
    const lane = lanes.find((one) => one.name === name);
    if (!lane || lane.queue.length >= maxQueued)
      throw new Refusal("overloaded", undefined, { retryAfter: 1 });
    return new Promise((resolve) => lane.queue.push(resolve));
  }

  function release(): void {
    const index = lanes.findIndex(({ queue }) => queue.length > 0);
    if (index < 0) {
      free++;
      return;
    }
    const [lane] = lanes.splice(index, 1);
    if (!lane) return;
    lanes.push(lane);
    lane.queue.shift()?.();
  }

  return async function run<T>(lane: Lane, task: () => Promise<T>): Promise<T> {
    await acquire(lane);
    try {
      return await task();
    } finally {
      release();
    }
  };
}
