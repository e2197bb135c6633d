import { expect, test } from "bun:test";
import { ME, message } from "../../testing/fixtures.ts";
import { startsDay, startsGroup } from "./grouping.ts";

/** In local time, because days are those of the reader. */
const at = (day: number, hour: number, minute: number) =>
  message(1, { createdAt: new Date(2026, 5, day, hour, minute).toISOString() });

test("Messages of one author within five minutes form one group", () => {
  expect(startsGroup(at(12, 18, 0), at(12, 18, 5))).toBe(false);
  expect(startsGroup(at(12, 18, 0), at(12, 18, 6))).toBe(true);
});

test("A new author starts a group, and so does the first message", () => {
  expect(startsGroup({ ...at(12, 18, 0), sender: ME }, at(12, 18, 1))).toBe(true);
  expect(startsGroup(undefined, at(12, 18, 0))).toBe(true);
});

test("Midnight starts a day and a group", () => {
  expect(startsDay(at(12, 23, 59), at(13, 0, 1))).toBe(true);
  expect(startsGroup(at(12, 23, 59), at(13, 0, 1))).toBe(true);
  expect(startsDay(at(12, 0, 1), at(12, 23, 59))).toBe(false);
});
