import { expect, test } from "bun:test";
import { TokenBucket } from "./token-bucket.ts";

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
