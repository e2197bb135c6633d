import { createTurns } from "./turns.ts";

/**
 * Limits how many tasks run at once; further tasks wait in a queue.
 * @returns the function that runs a task; it throws a Refusal `overloaded` where the queue is full.
 */
export function createSemaphore(maxRunning: number, maxQueued: number) {
  const run = createTurns({ maxRunning, maxQueuedPerKey: maxQueued });
  return <T>(task: () => Promise<T>): Promise<T> => run("queue", task);
}
