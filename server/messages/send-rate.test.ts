import { expect, test } from "bun:test";
import type { Refusal } from "@parley/platform/http/problem";
import { createSendRate } from "./send-rate.ts";

function rateAt(perSecond: number) {
  const clock = { now: 0 };
  const rate = createSendRate(perSecond, () => clock.now);
  const take = (user = "ann") => {
    try {
      rate.take(user);
      return null;
    } catch (error) {
      return (error as Refusal).extra.retryAfter;
    }
  };
  return { clock, rate, take };
}

test("no second, wherever it starts, holds more than the limit", () => {
  const { clock, rate, take } = rateAt(3);
  using _rate = rate;
  const passed: number[] = [];
  for (clock.now = 0; clock.now < 5_000; clock.now += 90)
    if (take() === null) passed.push(clock.now);
  for (const start of passed)
    expect(passed.filter((at) => at >= start && at < start + 1_000).length).toBeLessThanOrEqual(3);
  expect(passed.length).toBeGreaterThanOrEqual(14);
});

test("the refusal says when there is room again, and then there is", () => {
  const { clock, rate, take } = rateAt(2);
  using _rate = rate;
  take();
  clock.now = 400;
  take();
  clock.now = 500;
  expect(take()).toBe(0.5);
  expect(take("bob")).toBeNull();
  clock.now = 1_000;
  expect(take()).toBeNull();
});
