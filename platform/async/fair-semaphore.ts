import { Refusal } from "../http/problem.ts";

export interface FairSemaphoreLimits {
  /** Tasks that run at once, each of another key. */
  readonly maxRunning: number;
  readonly maxQueuedPerKey: number;
  readonly maxQueued: number;
}

interface Waiting {
  readonly key: string;
  readonly start: () => void;
}

/**
 * Limits how many tasks run at once, and runs one task of a key at a time, so that a key with many tasks
 * delays no other key by more than one. Further tasks wait in the order of their arrival.
 * @returns the function that runs a task; it throws a Refusal where a queue is full (`rate_limited` for
 * that of the key, `overloaded` for that of all keys), and the signal's reason where the caller left.
 */
export function createFairSemaphore({
  maxRunning,
  maxQueuedPerKey,
  maxQueued,
}: FairSemaphoreLimits) {
  const running = new Set<string>();
  const queue: Waiting[] = [];

  function startNext(): void {
    const index = queue.findIndex(({ key }) => !running.has(key));
    if (index < 0 || running.size >= maxRunning) return;
    const [next] = queue.splice(index, 1) as [Waiting];
    running.add(next.key);
    next.start();
    startNext();
  }

  function refuseWhereFull(key: string): void {
    if (queue.filter((waiting) => waiting.key === key).length >= maxQueuedPerKey)
      throw new Refusal("rate_limited", "Too many of these requests are in progress.", {
        retryAfter: 1,
      });
    if (queue.length >= maxQueued) throw new Refusal("overloaded", undefined, { retryAfter: 1 });
  }

  function turnOf(key: string, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { key, start: resolve };
    queue.push(waiting);
    signal.addEventListener("abort", () => leave(waiting, () => reject(signal.reason)), {
      once: true,
    });
    return promise;
  }

  function leave(waiting: Waiting, onLeft: () => void): void {
    const index = queue.indexOf(waiting);
    if (index < 0) return;
    queue.splice(index, 1);
    onLeft();
  }

  return async function run<T>(
    key: string,
    signal: AbortSignal,
    task: () => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    if (running.has(key) || running.size >= maxRunning) {
      refuseWhereFull(key);
      await turnOf(key, signal);
    } else running.add(key);
    try {
      return await task();
    } finally {
      running.delete(key);
      startNext();
    }
  };
}
