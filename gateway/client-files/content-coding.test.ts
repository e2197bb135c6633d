import { expect, test } from "bun:test";
import { chooseCoding } from "./content-coding.ts";

test.each([
  ["gzip, deflate, br", "br"],
  ["gzip", "gzip"],
  ["GZIP", "gzip"],
  ["br;q=0, gzip;q=0.1", "gzip"],
  ["br; q=0.0, gzip;q=0", null],
  ["*", "br"],
  ["br;q=0, *;q=1", "gzip"],
  ["identity", null],
  ["xbr", null],
  ["br;q=x", null],
  ["", null],
  [undefined, null],
])("for Accept-Encoding %p it is %p", (header, coding) => {
  expect(chooseCoding(header, () => true)).toBe(coding as never);
});

test("a coding that is not at hand is not chosen", () => {
  expect(chooseCoding("br, gzip", (coding) => coding === "gzip")).toBe("gzip");
  expect(chooseCoding("br, gzip", () => false)).toBeNull();
});
