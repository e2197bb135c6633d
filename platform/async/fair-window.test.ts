import { expect, test } from "bun:test";
import { createFairWindow, isAdmitted, RecentCount, windowSize } from "./fair-window.ts";

test("As many tasks may be under way as are done in the target time, and never fewer than 4,000", () => {
  expect(windowSize(0, 400)).toBe(4_000);
  expect(windowSize(8_000, 400)).toBe(4_000);
  expect(windowSize(40_000, 400)).toBe(8_000);
});

test("A task that finds the window full is refused", () => {
  expect(isAdmitted({ ofUser: 0, ofAll: 1_999, window: 2_000 })).toBeTrue();
  expect(isAdmitted({ ofUser: 0, ofAll: 2_000, window: 2_000 })).toBeFalse();
});

/** Begins tasks of a user until no more is admitted. @returns how many began. */
function flood(window: ReturnType<typeof createFairWindow>, user: string): number {
  let begun = 0;
  for (; window.admits(user); begun++) window.begin(user);
  return begun;
}

test("A user who floods gets half of the window, and others still find room", () => {
  const window = createFairWindow(400, () => 0);
  expect(flood(window, "mallory")).toBe(2_000);
  expect(window.admits("ann")).toBeTrue();
});

test("Each task that is done makes room for one more", () => {
  const window = createFairWindow(400, () => 0);
  flood(window, "mallory");
  window.done("mallory");
  expect(flood(window, "mallory")).toBe(1);
});

test("Tasks that are forgotten make room, and do not count as done", () => {
  const window = createFairWindow(400, () => 0);
  for (let round = 0; round < 100; round++) window.forget("mallory", flood(window, "mallory"));
  expect(flood(window, "mallory")).toBe(2_000);
});

test("The window grows with the rate at which tasks are done, and shrinks when they take longer", () => {
  let time = 0;
  const window = createFairWindow(400, () => time);
  for (let n = 0; n < 40_000; n++) {
    window.begin("ann");
    window.done("ann");
  }
  const begun = flood(window, "ann");
  expect(begun).toBe(4_000);
  window.forget("ann", begun);
  time += 2_000;
  expect(flood(window, "ann")).toBe(2_000);
});

test("Ten floods share the window, and leave room for one who does little", () => {
  const floods = new Array<number>(10).fill(0);
  const ofAll = () => floods.reduce((sum, count) => sum + count, 0);
  for (let refused = 0; refused < floods.length; ) {
    refused = 0;
    for (const [n, ofUser] of floods.entries())
      if (isAdmitted({ ofUser, ofAll: ofAll(), window: 2_200 })) floods[n] = ofUser + 1;
      else refused++;
  }
  expect(new Set(floods)).toEqual(new Set([200]));
  expect(isAdmitted({ ofUser: 0, ofAll: ofAll(), window: 2_200 })).toBeTrue();
});

test("Only what happened within two seconds is counted", () => {
  let time = 12_345_678;
  const count = new RecentCount(() => time);
  count.add(5);
  time += 1_000;
  count.add(7);
  expect(count.total).toBe(12);
  time += 1_000;
  expect(count.total).toBe(7);
  time += 1_000;
  expect(count.total).toBe(0);
  count.add(1);
  time += 1_000_000;
  expect(count.total).toBe(0);
});
