import { expect, test } from "bun:test";
import { TokenBucket, TokenBuckets } from "./token-bucket.ts";

function takeAll(bucket: TokenBucket): number {
  let taken = 0;
  while (bucket.take() === 0) taken++;
  return taken;
}

test("A full bucket allows a burst, and then the sustained rate", () => {
  let now = 0;
  const bucket = new TokenBucket({ perSecond: 200, burst: 2_000 }, () => now);
  expect(takeAll(bucket)).toBe(2_000);
  now += 25;
  expect(takeAll(bucket)).toBe(5);
  now += 1_000;
  expect(takeAll(bucket)).toBe(200);
});

test("A long pause fills the bucket once, and not more", () => {
  let now = 0;
  const bucket = new TokenBucket({ perSecond: 10, burst: 100 }, () => now);
  for (let n = 0; n < 50; n++) bucket.take();
  now += 3_600_000;
  expect(takeAll(bucket)).toBe(100);
});

test("An empty bucket returns the seconds until the next token", () => {
  let now = 0;
  const bucket = new TokenBucket({ perSecond: 10, burst: 1 }, () => now);
  bucket.take();
  now += 40;
  const wait = bucket.take();
  expect(wait).toBeCloseTo(0.06);
  now += wait * 1_000 + 1;
  expect(bucket.take()).toBe(0);
});

const FRAME_RATES = { read: { perSecond: 20, burst: 200 }, ping: { perSecond: 5, burst: 10 } };

test("A key has a burst and then its own rate, and never more than a burst at once", () => {
  let now = 0;
  const buckets = new TokenBuckets(FRAME_RATES, () => now);
  const spend = (times: number) =>
    Array.from({ length: times }).filter(() => buckets.take("read") === 0).length;
  expect(spend(400)).toBe(200);
  now += 1_000;
  expect(spend(200)).toBe(20);
  now += 24 * 60 * 60_000;
  expect(spend(400)).toBe(200);
});

test("A refused key gets the seconds to wait, and takes no tokens from another key", () => {
  let now = 0;
  const buckets = new TokenBuckets(FRAME_RATES, () => now);
  for (let n = 0; n < 200; n++) buckets.take("read");
  const wait = buckets.take("read");
  expect(wait).toBeCloseTo(1 / 20);
  expect(buckets.take("ping")).toBe(0);
  now += wait * 1_000 + 1;
  expect(buckets.take("read")).toBe(0);
});
