import { afterEach, beforeEach, expect, jest, test } from "bun:test";
import { createRoot, createSignal } from "solid-js";
import { createLasting } from "./lasting.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const isLost = (state: string) => ["lost", "refused"].includes(state);

function createFixture() {
  const [state, setState] = createSignal("open");
  const lasts = createRoot(() => createLasting(() => isLost(state()), 300));
  return { setState, lasts };
}

test("A state that ends before the time is over is never reported", () => {
  const { setState, lasts } = createFixture();
  setState("lost");
  jest.advanceTimersByTime(299);
  setState("open");
  jest.advanceTimersByTime(1_000);
  expect(lasts()).toBe(false);
});

test("A state that lasts is reported until it ends", () => {
  const { setState, lasts } = createFixture();
  setState("lost");
  expect(lasts()).toBe(false);
  jest.advanceTimersByTime(300);
  expect(lasts()).toBe(true);
  setState("open");
  expect(lasts()).toBe(false);
});

test("A change of its sources that leaves the state as it is does not interrupt the report", () => {
  const { setState, lasts } = createFixture();
  setState("lost");
  jest.advanceTimersByTime(300);
  setState("refused");
  expect(lasts()).toBe(true);
});
