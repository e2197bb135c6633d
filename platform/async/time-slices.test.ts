import { expect, test } from "bun:test";
import { createTimeSlices } from "./time-slices.ts";

test("Work in slices lets other events be handled before it ends", async () => {
  const endOfSlice = createTimeSlices(1);
  let [isDone, eventsBefore] = [false, 0];
  const timer = setInterval(() => {
    if (!isDone) eventsBefore++;
  }, 1);
  for (let step = 0; step < 20; step++) {
    const end = performance.now() + 2;
    while (performance.now() < end);
    await endOfSlice();
  }
  isDone = true;
  clearInterval(timer);
  expect(eventsBefore).toBeGreaterThan(5);
});

test("Short steps share a slice, which waits for nothing", () => {
  const endOfSlice = createTimeSlices(60_000);
  expect(endOfSlice()).toBeUndefined();
});
