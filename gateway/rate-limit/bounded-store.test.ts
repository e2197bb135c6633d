import { expect, test } from "bun:test";
import { createBoundedStore } from "./bounded-store.ts";

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

test("a window starts with a key's first request and ends a second later", async () => {
  const { hits, pass, store } = storeAt(10_400);
  expect(await hits("ann")).toBe(1);
  pass(999);
  expect(await hits("ann")).toBe(2);
  expect((await store.get?.("ann"))?.resetTime?.getTime()).toBe(11_400);
  pass(1);
  expect(await hits("ann")).toBe(1);
});

test("keys count apart", async () => {
  const { hits } = storeAt(0);
  await hits("ann");
  expect(await hits("ben")).toBe(1);
});

test("what has run out makes room within another window", async () => {
  const { hits, pass, store } = storeAt(0);
  for (let n = 0; n < 50; n++) await hits(`key ${n}`);
  expect(store.size).toBe(50);
  for (const key of ["ann", "ben"]) {
    pass(1_000);
    await hits(key);
  }
  expect(store.size).toBe(2);
});

test("within one window there are never more keys than allowed: who stayed away longest gives way", async () => {
  const { hits, store } = storeAt(0, 4);
  for (const key of ["ann", "ben", "cid", "dot", "eve"]) await hits(key);
  expect(store.size).toBeLessThanOrEqual(4);
  expect(await hits("eve")).toBe(2);
  expect(await hits("dot")).toBe(2);
  expect(await hits("ann")).toBe(1);
});

test("nobody is forgotten for a flood of others while they keep coming", async () => {
  const { hits } = storeAt(0, 100);
  let counted = 0;
  for (let n = 0; n < 1_000; n++) {
    await hits(`flood ${n}`);
    if (n % 40 === 0) counted = await hits("ann");
  }
  expect(counted).toBe(25);
});

test("a million callers within one window take the room of a hundred thousand", async () => {
  const { hits, store } = storeAt(0);
  Bun.gc(true);
  const before = process.memoryUsage().rss;
  for (let n = 0; n < 1_000_000; n++) await hits(`ip 2001:db8:${n.toString(16)}::/64`);
  Bun.gc(true);
  expect(store.size).toBe(100_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
});
