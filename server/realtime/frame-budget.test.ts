import { expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { createFrameBudget } from "./frame-budget.ts";

const { burst, perSecond } = LIMITS.frameRates.read;

function spend(budget: ReturnType<typeof createFrameBudget>, times: number): number {
  let taken = 0;
  for (let n = 0; n < times; n++) if (budget.take("read") === 0) taken++;
  return taken;
}

test("a burst of frames is accepted, then the rate per second, and never more than a burst at once", () => {
  let now = 0;
  const budget = createFrameBudget(() => now);
  expect(spend(budget, 2 * burst)).toBe(burst);
  now += 1_000;
  expect(spend(budget, burst)).toBe(perSecond);
  now += 24 * 60 * 60_000;
  expect(spend(budget, 2 * burst)).toBe(burst);
});

test("a refused frame is told the seconds to wait, and each type of frame has a budget of its own", () => {
  let now = 0;
  const budget = createFrameBudget(() => now);
  spend(budget, burst);
  const wait = budget.take("read");
  expect(wait).toBeCloseTo(1 / perSecond);
  expect(budget.take("ping")).toBe(0);
  now += wait * 1_000 + 1;
  expect(budget.take("read")).toBe(0);
});
