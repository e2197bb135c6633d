import { expect, test } from "bun:test";
import { blockEnd } from "./block-end.ts";

const now = new Date("2030-01-01T00:00:00.000Z");

test("A block without an end is permanent", () => {
  expect(blockEnd({}, now)).toBeNull();
  expect(blockEnd({ expiresAt: null }, now)).toBeNull();
});

test("Seconds count from now and are rounded up to a millisecond", () => {
  expect(blockEnd({ seconds: 1.5 }, now)).toEqual(new Date("2030-01-01T00:00:01.500Z"));
  expect(blockEnd({ seconds: 0.0001 }, now)).toEqual(new Date("2030-01-01T00:00:00.001Z"));
});

test("A time that is not in the future is reported as past", () => {
  const at = (expiresAt: string) => blockEnd({ expiresAt }, now);
  expect(at("2030-01-01T00:00:00.001Z")).toEqual(new Date("2030-01-01T00:00:00.001Z"));
  expect(at("2030-01-01T00:00:00.000Z")).toBe("past");
  expect(at("2030-01-01T01:00:00+02:00")).toBe("past");
});
