import { expect, test } from "bun:test";
import * as v from "valibot";
import { text } from "./scalars.ts";

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
