import { expect, test } from "bun:test";
import { startWorkLoop } from "./work-loop.ts";

const NEVER_MS = 2 ** 30;
const options = { retryMs: 1, onError() {} };

test("A step runs when the wait that the step before it returned is over", async () => {
  const done = Promise.withResolvers<void>();
  let steps = 0;
  await using _loop = startWorkLoop(async () => {
    if (++steps === 3) done.resolve();
    return 1;
  }, options);
  await done.promise;
});

test("Waking the loop during a step starts the next step at once", async () => {
  let steps = 0;
  const second = Promise.withResolvers<void>();
  await using loop = startWorkLoop(async () => {
    if (++steps === 2) second.resolve();
    else loop.wake();
    return NEVER_MS;
  }, options);
  await second.promise;
  expect(steps).toBe(2);
});

test("A failed step is reported, and the next step follows", async () => {
  const errors: unknown[] = [];
  const second = Promise.withResolvers<void>();
  let steps = 0;
  await using _loop = startWorkLoop(
    async () => {
      if (++steps === 1) throw new Error("broken");
      second.resolve();
      return NEVER_MS;
    },
    { retryMs: 1, onError: (error) => void errors.push(String(error)) },
  );
  await second.promise;
  expect(errors).toEqual(["Error: broken"]);
});

test("Disposing of the loop waits for the step that runs, and no other follows", async () => {
  const running = Promise.withResolvers<void>();
  let isDone = false;
  let steps = 0;
  const loop = startWorkLoop(async () => {
    steps++;
    running.resolve();
    await Bun.sleep(5);
    isDone = true;
    return 0;
  }, options);
  await running.promise;
  await loop[Symbol.asyncDispose]();
  expect({ isDone, steps }).toEqual({ isDone: true, steps: 1 });
});
