import { expect, test } from "bun:test";
import { FrameBudget } from "./frame-budget.ts";

function spendAll(budget: FrameBudget): number {
  let spent = 0;
  while (budget.take()) spent++;
  return spent;
}

test("a burst may come at once, and then as much as time brings", () => {
  let now = 0;
  const budget = new FrameBudget({ perSecond: 200, burst: 2_000 }, () => now);
  expect(spendAll(budget)).toBe(2_000);
  now += 25;
  expect(spendAll(budget)).toBe(5);
  now += 1_000;
  expect(spendAll(budget)).toBe(200);
});

test("a long silence earns one burst, not more", () => {
  let now = 0;
  const budget = new FrameBudget({ perSecond: 10, burst: 100 }, () => now);
  for (let n = 0; n < 50; n++) budget.take();
  now += 3_600_000;
  expect(spendAll(budget)).toBe(100);
});
