import { createSerialQueue } from "./serial-queue.ts";

interface Batch<T> {
  readonly keys: Set<string>;
  readonly result: Promise<ReadonlyMap<string, T>>;
}

/**
 * Loads many keys with one call: keys that are requested during a load form the next batch.
 * @param load loads a batch of keys; it starts after the last of them was requested.
 * @returns the function that loads one key; its result is undefined where `load` returns none.
 */
export function createBatchLoader<T>(load: (keys: string[]) => Promise<ReadonlyMap<string, T>>) {
  const enqueue = createSerialQueue();
  let next: Batch<T> | undefined;

  function startBatch(): Batch<T> {
    const keys = new Set<string>();
    const result = enqueue(() => {
      next = undefined;
      return load([...keys]);
    });
    return { keys, result };
  }

  return async function loadOne(key: string): Promise<T | undefined> {
    next ??= startBatch();
    next.keys.add(key);
    return (await next.result).get(key);
  };
}
