import { expect, test } from "bun:test";
import { backOff } from "./back-off.ts";

test("the first attempt waits for nothing, the later ones longer, and none more than a second", () => {
  const waits = Array.from({ length: 8 }, (_, attempt) => backOff(attempt));
  expect(waits).toEqual([0, 50, 100, 200, 400, 800, 1_000, 1_000]);
  expect(backOff(5_000)).toBe(1_000);
});
