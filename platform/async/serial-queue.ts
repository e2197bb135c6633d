/** @returns the function that runs tasks one after the other, in the order of its calls. */
export function createSerialQueue() {
  let last: Promise<unknown> = Promise.resolve();
  return function enqueue<T>(task: () => Promise<T>): Promise<T> {
    const run = last.then(task);
    last = run.catch(() => {});
    return run;
  };
}
