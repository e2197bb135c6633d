import { expect, test } from "bun:test";
import { look, READ_AFTER_MS, type Reading, settle } from "./reading.ts";

/** The reading after these views: each is the lowest message in view, and since when. */
function after(...views: [lowest: number | null, at: number][]): Reading | null {
  return views.reduce<Reading | null>((now, [lowest, at]) => look(now, lowest, at), null);
}

const readAt = (reading: Reading | null, now: number) =>
  reading && (settle(reading, now)?.read ?? null);

test("A message counts as read once it has been on the screen for a second, and not before", () => {
  const reading = after([7, 0]);
  expect(readAt(reading, READ_AFTER_MS - 1)).toBeNull();
  expect(readAt(reading, READ_AFTER_MS)).toBe(7);
});

test("Messages that came into view later need a second of their own", () => {
  const reading = after([7, 0], [9, 600]);
  const first = reading && settle(reading, 1_000);
  expect(first?.read).toBe(7);
  expect(readAt(first?.next ?? null, 1_999)).toBeNull();
  expect(readAt(first?.next ?? null, 2_000)).toBe(9);
});

test("Messages that were in view for a moment only do not count as read", () => {
  expect(readAt(after([7, 0], [90, 300], [8, 400]), 1_000)).toBe(7);
  expect(readAt(after([90, 0], [8, 400]), 1_000)).toBe(8);
});

test("Time in which nobody looks does not count", () => {
  const reading = after([7, 0], [null, 500], [7, 5_000]);
  expect(readAt(reading, 5_999)).toBeNull();
  expect(readAt(reading, 6_000)).toBe(7);
  expect(after([7, 0], [null, 500])).toBeNull();
});
