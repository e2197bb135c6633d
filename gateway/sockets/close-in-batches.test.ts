import { expect, test } from "bun:test";
import { retryHint } from "@parley/contracts/closes";
import { closeInBatches } from "./close-in-batches.ts";

async function partFrom(count: number, random = Math.random) {
  const closes: { code: number; reason: string }[] = [];
  const socket = { close: (code: number, reason: string) => closes.push({ code, reason }) };
  await closeInBatches(new Array(count).fill(socket), random);
  return closes.map(({ code, reason }) => ({ code, hint: retryHint(reason) ?? Number.NaN }));
}

test("Every socket is closed with 1001 and a random delay within the next second", async () => {
  const closes = await partFrom(200);
  expect(closes).toHaveLength(200);
  expect(new Set(closes.map(({ code }) => code))).toEqual(new Set([1001]));
  const hints = closes.map(({ hint }) => hint);
  expect(Math.min(...hints)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...hints)).toBeLessThanOrEqual(1_000);
  expect(new Set(hints).size).toBeGreaterThan(100);
});

test("The delay grows with the number of sockets, up to half a minute", async () => {
  const latest = async (count: number) =>
    Math.max(...(await partFrom(count, () => 1)).map(({ hint }) => hint));
  expect(await latest(5_000)).toBe(10_000);
  expect(await latest(20_000)).toBe(30_000);
});

test("Other tasks run between two batches", async () => {
  let closed = 0;
  const socket = { close: () => closed++ };
  const closing = closeInBatches(new Array(1_200).fill(socket), () => 0.1);
  expect(closed).toBe(500);
  await closing;
  expect(closed).toBe(1_200);
});
