import { expect, test } from "bun:test";
import { createSemaphore } from "./semaphore.ts";

test("A semaphore never runs more tasks at once than allowed, and runs all of them in the end", async () => {
  const run = createSemaphore(2, 100);
  let [now, most, done] = [0, 0, 0];
  const work = async () => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    done++;
  };
  await Promise.all(Array.from({ length: 20 }, () => run(work)));
  expect({ most, done }).toEqual({ most: 2, done: 20 });
});

test("A semaphore refuses a task when its queue is full", async () => {
  const run = createSemaphore(1, 1);
  const { promise, resolve } = Promise.withResolvers<void>();
  const [first, second] = [run(() => promise), run(() => promise)];
  await expect(run(() => promise)).rejects.toMatchObject({ code: "overloaded" });
  resolve();
  await Promise.all([first, second]);
});

test("A task that fails makes room for the next one", async () => {
  const run = createSemaphore(1, 1);
  await expect(run(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(await run(async () => "done")).toBe("done");
});
