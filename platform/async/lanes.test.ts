import { expect, test } from "bun:test";
import { createLanes } from "./lanes.ts";

test("Lanes never run more tasks at once than allowed, and run all of them in the end", async () => {
  const run = createLanes(["a", "b"], { maxRunning: 2, maxQueued: 100 });
  let [now, most, done] = [0, 0, 0];
  const work = async () => {
    most = Math.max(most, ++now);
    await Promise.resolve();
    now--;
    done++;
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => run(n % 3 === 0 ? "a" : "b", work)));
  expect({ most, done }).toEqual({ most: 2, done: 20 });
});

test("The lanes take turns, whatever the length of their queues", async () => {
  const run = createLanes(["a", "b", "c"], { maxRunning: 1, maxQueued: 100 });
  const order: string[] = [];
  const work = (name: "a" | "b" | "c") => run(name, async () => void order.push(name));
  await Promise.all([
    ...Array.from({ length: 6 }, () => work("a")),
    work("b"),
    work("b"),
    work("c"),
  ]);
  expect(order.join("")).toBe("aabcabaaa");
});

test("A full lane refuses its tasks alone", async () => {
  const run = createLanes(["a", "b"], { maxRunning: 1, maxQueued: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const tasks = [run("a", () => promise), run("a", () => promise)];
  await expect(run("a", () => promise)).rejects.toMatchObject({ code: "overloaded" });
  tasks.push(run("b", () => promise));
  resolve();
  await Promise.all(tasks);
});

test("A task that fails makes room for the next one", async () => {
  const run = createLanes(["a"], { maxRunning: 1, maxQueued: 1 });
  await expect(run("a", () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  expect(await run("a", async () => "done")).toBe("done");
});
