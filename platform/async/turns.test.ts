import { expect, test } from "bun:test";
import { createTurns, type TurnsOptions } from "./turns.ts";

const LIMITS: TurnsOptions = {
  maxRunning: 2,
  maxRunningPerKey: 1,
  maxQueuedPerKey: 2,
  maxQueued: 3,
  keyIsFull: "rate_limited",
};
const { signal: never } = new AbortController();

/** A task that is recorded when it starts, and ends when it is told to. */
function createTasks() {
  const run = createTurns(LIMITS);
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    started,
    end: async (name: string) => {
      ends.get(name)?.();
      await Bun.sleep(0);
    },
    start: (name: string, signal = never) =>
      run(
        name.slice(0, 1),
        () => {
          started.push(name);
          return new Promise<string>((resolve) => ends.set(name, () => resolve(name)));
        },
        signal,
      ),
  };
}

test("One task of a key runs at a time, and a key with many tasks delays another by none", async () => {
  const { start, started, end } = createTasks();
  const all = ["a1", "a2", "b1"].map((name) => start(name));
  expect(started).toEqual(["a1", "b1"]);
  await end("a1");
  expect(started).toEqual(["a1", "b1", "a2"]);
  for (const name of ["a2", "b1"]) await end(name);
  expect(await Promise.all(all)).toEqual(["a1", "a2", "b1"]);
});

test("A task of a further key waits for any running task, in the order of arrival", async () => {
  const { start, started, end } = createTasks();
  const all = ["a1", "b1", "c1", "a2"].map((name) => start(name));
  await end("b1");
  expect(started).toEqual(["a1", "b1", "c1"]);
  await end("a1");
  expect(started).toEqual(["a1", "b1", "c1", "a2"]);
  for (const name of ["c1", "a2"]) await end(name);
  await Promise.all(all);
});

test("A key whose queue is full is refused as rate limited, and a full queue of all keys as overloaded", async () => {
  const { start, end } = createTasks();
  const all = ["a1", "a2", "a3"].map((name) => start(name));
  await expect(start("a4")).rejects.toMatchObject({ code: "rate_limited" });
  all.push(start("b1"), start("c1"));
  await expect(start("d1")).rejects.toMatchObject({
    code: "overloaded",
    extra: { retryAfter: 1 },
  });
  for (const name of ["a1", "a2", "b1", "c1", "a3"]) await end(name);
  await Promise.all(all);
});

test("A caller who leaves while waiting gives up the place, and the task does not run", async () => {
  const { start, started, end } = createTasks();
  const first = start("a1");
  const caller = new AbortController();
  const left = start("a2", caller.signal);
  caller.abort();
  await expect(left).rejects.toThrow();
  await expect(start("a3", caller.signal)).rejects.toThrow();
  await end("a1");
  await first;
  expect(started).toEqual(["a1"]);
});

test("A task that fails makes room for the next one of its key", async () => {
  const run = createTurns(LIMITS);
  const failing = run("a", () => Promise.reject(new Error("failed")));
  const next = run("a", async () => "done");
  await expect(failing).rejects.toThrow("failed");
  expect(await next).toBe("done");
});

test("Keys never run more tasks at once than allowed, and run all of them in the end", async () => {
  const run = createTurns({ maxRunning: 2, maxQueuedPerKey: 100 });
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

test("The keys take turns, whatever the length of their queues", async () => {
  const run = createTurns({ maxRunning: 1, maxQueuedPerKey: 100 });
  const order: string[] = [];
  const work = (name: string) => run(name, async () => void order.push(name));
  await Promise.all([
    ...Array.from({ length: 6 }, () => work("a")),
    work("b"),
    work("b"),
    work("c"),
  ]);
  expect(order.join("")).toBe("aabcabaaa");
});

test("A full queue of a key refuses the tasks of that key alone, as overloaded unless set otherwise", async () => {
  const run = createTurns({ maxRunning: 1, maxQueuedPerKey: 1 });
  const { promise, resolve } = Promise.withResolvers<void>();
  const tasks = [run("a", () => promise), run("a", () => promise)];
  await expect(run("a", () => promise)).rejects.toMatchObject({ code: "overloaded" });
  tasks.push(run("b", () => promise));
  resolve();
  await Promise.all(tasks);
});
