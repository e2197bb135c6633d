import { createSerialQueue } from "./serial-queue.ts";

interface Round<T> {
  readonly keys: Set<string>;
  readonly answer: Promise<ReadonlyMap<string, T>>;
}

/**
 * Asks for many keys with one question: those that come while an answer is on its way make up the next.
 * @param load answers for some keys at once; it begins after the last of them came.
 * @returns what answers for one key; undefined where there is nothing.
 */
export function createBatchLoader<T>(load: (keys: string[]) => Promise<ReadonlyMap<string, T>>) {
  const enqueue = createSerialQueue();
  let next: Round<T> | undefined;

  function openRound(): Round<T> {
    const keys = new Set<string>();
    const answer = enqueue(() => {
      next = undefined;
      return load([...keys]);
    });
    return { keys, answer };
  }

  return async function ask(key: string): Promise<T | undefined> {
    next ??= openRound();
    next.keys.add(key);
    return (await next.answer).get(key);
  };
}
