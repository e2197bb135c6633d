/** @returns what runs tasks one after the other, in the order in which they are handed over. */
export function createSerialQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return function enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = last.then(task);
    last = run.catch(() => {});
    return run;
  };
}
