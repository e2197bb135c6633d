import { Refusal } from "@parley/platform/http/problem";

/**
 * Lets at most `running` pieces of work go on at once, and `waiting` more queue.
 * @returns a function that runs a piece of work in its turn, or throws a Refusal `overloaded`.
 */
export function createSemaphore(running: number, waiting: number) {
  const queue: (() => void)[] = [];
  let free = running;

  function turn(): Promise<void> | void {
    if (free > 0) {
      free--;
      return;
    }
    if (queue.length >= waiting) throw new Refusal("overloaded", undefined, { retryAfter: 1 });
    return new Promise((resolve) => queue.push(resolve));
  }

  function pass(): void {
    const next = queue.shift();
    if (next) next();
    else free++;
  }

  return async function run<T>(work: () => Promise<T>): Promise<T> {
    await turn();
    try {
      return await work();
    } finally {
      pass();
    }
  };
}
