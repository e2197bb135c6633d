import { expect, test } from "bun:test";
import { DrainWaiter } from "./drain-waiter.ts";

test("All callers that wait resolve at one release, and later callers wait for the next", async () => {
  const waiter = new DrainWaiter();
  const resolved: string[] = [];
  const waits = ["first", "second"].map((name) => waiter.wait().then(() => resolved.push(name)));
  expect(waiter.isWaiting).toBe(true);
  waiter.release();
  expect(waiter.isWaiting).toBe(false);
  const later = waiter.wait().then(() => resolved.push("later"));
  await Promise.all(waits);
  expect(resolved).toEqual(["first", "second"]);
  waiter.release();
  await later;
  expect(resolved).toEqual(["first", "second", "later"]);
});
