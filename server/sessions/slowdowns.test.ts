import { expect, test } from "bun:test";
import { createLocalLoginFailures } from "./login-failures.ts";
import { createSlowdowns } from "./slowdowns.ts";

const POLICY = { free: 1, firstWaitMs: 1_000, maxWaitMs: 1_000, maxConcurrent: 1 };

test("Above the number of turns that are remembered, the oldest turn begins again", () => {
  let time = 0;
  const now = () => time;
  const failures = createLocalLoginFailures({ now });
  failures.add("ann");
  const slowdownOf = createSlowdowns({ failures, now }, POLICY, 2);
  const waitAt = (address: string) => slowdownOf("ann", address).waitMs(failures.read("ann"));
  for (const address of ["one", "two", "three"]) expect(waitAt(address)).toBe(1_000);
  time = 1_000;
  expect(waitAt("two")).toBe(0);
  expect(waitAt("three")).toBe(0);
  expect(waitAt("one")).toBe(1_000);
});

test("The wait of an address begins at its first attempt, and not again at each further one", () => {
  let time = 0;
  const now = () => time;
  const failures = createLocalLoginFailures({ now });
  failures.add("ann");
  const slowdown = createSlowdowns({ failures, now }, POLICY)("ann", "one");
  const waits = [0, 400, 600].map((ms) => {
    time += ms;
    return slowdown.waitMs(failures.read("ann"));
  });
  expect(waits).toEqual([1_000, 600, 0]);
});
