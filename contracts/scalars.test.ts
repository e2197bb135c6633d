import { expect, test } from "bun:test";
import * as v from "valibot";
import { text } from "./scalars.ts";

const accepts = (min: number, max: number, value: string) => v.is(text(min, max), value);

test("text is counted in code points, at both ends", () => {
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

test("text that PostgreSQL can't store is refused", () => {
  expect(accepts(0, 9, "a\0b")).toBe(false);
  expect(accepts(0, 9, "\ud83d")).toBe(false);
});
