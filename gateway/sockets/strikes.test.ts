import { expect, test } from "bun:test";
import { type Strikes, strike } from "./strikes.ts";

function outAt(times: number[]): boolean[] {
  let strikes: Strikes = [];
  return times.map((now) => {
    const result = strike(strikes, now);
    strikes = result.strikes;
    return result.out;
  });
}

test("the third in a minute is one too many", () => {
  expect(outAt([0, 10_000, 59_999])).toEqual([false, false, true]);
});

test("what is a minute old is forgiven", () => {
  expect(outAt([0, 10_000, 60_000, 69_999])).toEqual([false, false, false, true]);
  expect(outAt([0, 30_000, 60_000, 90_000, 120_000])).toEqual(Array(5).fill(false));
});
