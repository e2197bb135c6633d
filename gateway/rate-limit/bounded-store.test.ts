import { expect, test } from "bun:test";
import { createBoundedStore } from "./bounded-store.ts";
import { testRateLimitStore } from "./testing/rate-limit-store-contract.ts";

function storeAt(start: number, maxKeys?: number) {
  let time = start;
  const options = maxKeys === undefined ? {} : { maxKeys };
  const store = createBoundedStore({ windowMs: 1_000, now: () => time, ...options });
  const hits = async (key: string) => (await store.increment(key)).totalHits;
  return {
    store,
    hits,
    pass: (ms: number) => {
      time += ms;
    },
  };
}

testRateLimitStore("bounded, in memory", () => storeAt(10_400));

test("A window ends a second after the first request of its key", async () => {
  const { hits, pass, store } = storeAt(10_400);
  expect(await hits("ann")).toBe(1);
  pass(999);
  expect(await hits("ann")).toBe(2);
  expect((await store.get?.("ann"))?.resetTime?.getTime()).toBe(11_400);
  pass(1);
  expect(await hits("ann")).toBe(1);
});

test("Windows that have ended are dropped within another window", async () => {
  const { hits, pass, store } = storeAt(0);
  for (let n = 0; n < 50; n++) await hits(`key ${n}`);
  expect(store.size).toBe(50);
  for (const key of ["ann", "ben"]) {
    pass(1_000);
    await hits(key);
  }
  expect(store.size).toBe(2);
});

test("A window never holds more keys than allowed, and the key that was away longest is dropped", async () => {
  const { hits, store } = storeAt(0, 4);
  for (const key of ["ann", "ben", "cid", "dot", "eve"]) await hits(key);
  expect(store.size).toBeLessThanOrEqual(4);
  expect(await hits("eve")).toBe(2);
  expect(await hits("dot")).toBe(2);
  expect(await hits("ann")).toBe(1);
});

test("A key that keeps coming is not dropped because of a flood of other keys", async () => {
  const { hits } = storeAt(0, 100);
  let counted = 0;
  for (let n = 0; n < 1_000; n++) {
    await hits(`flood ${n}`);
    if (n % 40 === 0) counted = await hits("ann");
  }
  expect(counted).toBe(25);
});

test("A million keys within one window take the memory of a hundred thousand", async () => {
  const { hits, store } = storeAt(0);
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  for (let n = 0; n < 1_000_000; n++) await hits(`ip 2001:db8:${n.toString(16)}::/64`);
  Bun.gc(true);
  expect(store.size).toBe(100_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
});
