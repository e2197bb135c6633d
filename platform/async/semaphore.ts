import { Refusal } from "../http/problem.ts";

/**
 * Limits how many tasks run at once; further tasks wait in a queue.
 * @returns the function that runs a task; it throws a Refusal `overloaded` where the queue is full.
 */
export function createSemaphore(maxRunning: number, maxQueued: number) {
  const queue: (() => void)[] = [];
  let free = maxRunning;

  function acquire(): Promise<void> | void {
    if (free > 0) {
      free--;
      return;
    }
    if (queue.length >= maxQueued) throw new Refusal("overloaded", undefined, { retryAfter: 1 });
    return new Promise((resolve) => queue.push(resolve));
  }

  function release(): void {
    const next = queue.shift();
    if (next) next();
    else free++;
  }

  return async function run<T>(task: () => Promise<T>): Promise<T> {
    await acquire();
    try {
      return await task();
    } finally {
      release();
    }
  };
}
