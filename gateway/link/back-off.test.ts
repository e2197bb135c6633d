import { expect, test } from "bun:test";
import { backOffMs } from "./back-off.ts";

test("The first attempt is immediate, those of the first seconds wait briefly, and later ones wait a second", () => {
  expect([0, 1, 2, 50].map(backOffMs)).toEqual([0, 50, 100, 100]);
  expect([51, 5_000].map(backOffMs)).toEqual([1_000, 1_000]);
});
