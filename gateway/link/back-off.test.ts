import { expect, test } from "bun:test";
import { backOff } from "./back-off.ts";

test("the first attempt waits for nothing, those of the first seconds for little, later ones for a second", () => {
  expect([0, 1, 2, 50].map(backOff)).toEqual([0, 50, 100, 100]);
  expect([51, 5_000].map(backOff)).toEqual([1_000, 1_000]);
});
