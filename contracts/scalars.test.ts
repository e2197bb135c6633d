import { expect, test } from "bun:test";
import * as v from "valibot";
import { ClientFrame } from "./frames.ts";
import { Instant, text } from "./scalars.ts";

const accepts = (min: number, max: number, value: string) => v.is(text(min, max), value);

test("The length of a text is counted in code points, at both bounds", () => {
  expect(accepts(2, 3, "a")).toBe(false);
  expect(accepts(2, 3, "ab")).toBe(true);
  expect(accepts(2, 3, "abc")).toBe(true);
  expect(accepts(2, 3, "abcd")).toBe(false);
  expect(accepts(2, 3, "🚣")).toBe(false);
  expect(accepts(2, 3, "🚣🚣")).toBe(true);
  expect(accepts(2, 3, "🚣🚣🚣")).toBe(true);
  expect(accepts(2, 3, "🚣🚣🚣🚣")).toBe(false);
  expect(accepts(0, 3, "")).toBe(true);
  expect(accepts(1, 3, "")).toBe(false);
});

test("A text that PostgreSQL cannot store is refused", () => {
  expect(accepts(0, 9, "a\0b")).toBe(false);
  expect(accepts(0, 9, "\ud83d")).toBe(false);
});

test.each([
  "1970-01-01T00:00:00.000Z",
  "1969-12-31T23:00:00-01:00",
  "9999-12-31T23:59:59.999Z",
  "2028-02-29T12:00:00+05:30",
])("The time %s is accepted", (time) => {
  expect(v.is(Instant, time)).toBe(true);
});

test.each([
  ["2026-02-30T00:00:00.000Z", "is not a day of the calendar"],
  ["2026-02-29T00:00:00+14:00", "is not a day of the calendar"],
  ["2026-04-31T23:59:59Z", "is not a day of the calendar"],
  ["1969-12-31T23:59:59.999Z", "is not in the years 1970 to 9999"],
  ["1970-01-01T00:00:00+00:01", "is not in the years 1970 to 9999"],
  ["0000-01-01T00:00:00Z", "is not in the years 1970 to 9999"],
  ["0000-12-31T23:59:59-01:00", "is not in the years 1970 to 9999"],
  ["9999-12-31T23:59:59-01:00", "is not in the years 1970 to 9999"],
  ["-000001-01-01T00:00:00Z", "is not an ISO 8601 time"],
  ["+010000-01-01T00:00:00Z", "is not an ISO 8601 time"],
  ["2026-13-01T00:00:00Z", "is not an ISO 8601 time"],
  ["2026-01-01T24:00:00Z", "is not an ISO 8601 time"],
])("The time %s is refused: it %s", (time, message) => {
  const { issues = [] } = v.safeParse(Instant, time);
  expect(issues.map((issue) => issue.message)).toContain(message);
});

test("An array is no object in a frame", () => {
  expect(v.is(ClientFrame, { type: "resume", chats: {} })).toBe(true);
  for (const chats of [[], [1], null])
    expect(v.is(ClientFrame, { type: "resume", chats })).toBe(false);
  expect(v.is(ClientFrame, [{ type: "ping", id: 1 }])).toBe(false);
});
