import type { ErrorCode } from "@parley/contracts/errors";
import { Refusal } from "../http/problem.ts";

export interface TurnsOptions {
  /** Tasks that run at once. */
  readonly maxRunning: number;
  /** Those of one key among them. Default: all. */
  readonly maxRunningPerKey?: number;
  readonly maxQueuedPerKey: number;
  /** Tasks of all keys that may wait. Default: any number. */
  readonly maxQueued?: number;
  /** The code of the refusal where the queue of a key is full. Default: `overloaded`. */
  readonly keyIsFull?: ErrorCode;
}

/**
 * Limits how many tasks run at once; further tasks wait in the queue of their key. The keys take turns, so
 * that a key with many tasks does not hold up the others.
 * @returns the function that runs a task; it throws a Refusal where a queue is full, and the signal's
 * reason where the caller left.
 */
export function createTurns<Key extends string>({
  maxRunning,
  maxRunningPerKey = maxRunning,
  maxQueuedPerKey,
  maxQueued = Number.POSITIVE_INFINITY,
  keyIsFull = "overloaded",
}: TurnsOptions) {
  /** How many tasks run, of each key that has any. */
  const running = new Map<Key, number>();
  /** Starts the waiting tasks; the keys in the order of their turns. */
  const queues = new Map<Key, (() => void)[]>();
  let [allRunning, allQueued] = [0, 0];

  const mayRun = (key: Key) =>
    allRunning < maxRunning && (running.get(key) ?? 0) < maxRunningPerKey;

  function count(key: Key, change: 1 | -1): void {
    const ofKey = (running.get(key) ?? 0) + change;
    allRunning += change;
    if (ofKey > 0) running.set(key, ofKey);
    else running.delete(key);
  }

  function startNext(): void {
    for (const [key, queue] of queues) {
      if (!mayRun(key)) continue;
      const start = queue.shift();
      allQueued--;
      queues.delete(key);
      // Behind the other keys.
      if (queue.length > 0) queues.set(key, queue);
      count(key, 1);
      start?.();
      return;
    }
  }

  function remove(key: Key, queue: (() => void)[], start: () => void): boolean {
    const index = queue.indexOf(start);
    if (index < 0) return false;
    queue.splice(index, 1);
    allQueued--;
    if (queue.length === 0) queues.delete(key);
    return true;
  }

  function refuseWhereFull(key: Key): void {
    const queued = queues.get(key)?.length ?? 0;
    if (queued >= maxQueuedPerKey)
      throw new Refusal(keyIsFull, "Too many of these requests are in progress.", {
        retryAfter: 1,
      });
    if (allQueued >= maxQueued) throw new Refusal("overloaded", undefined, { retryAfter: 1 });
  }

  function waitForTurn(key: Key, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const queue = queues.getOrInsertComputed(key, () => []);
    queue.push(resolve);
    allQueued++;
    const leave = () => remove(key, queue, resolve) && reject(signal?.reason);
    signal?.addEventListener("abort", leave, { once: true });
    return promise.finally(() => signal?.removeEventListener("abort", leave));
  }

  return async function run<T>(key: Key, task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (mayRun(key)) count(key, 1);
    else {
      refuseWhereFull(key);
      await waitForTurn(key, signal);
    }
    try {
      return await task();
    } finally {
      count(key, -1);
      startNext();
    }
  };
}
