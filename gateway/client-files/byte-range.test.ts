import { expect, test } from "bun:test";
import { parseRange } from "./byte-range.ts";

test.each([
  ["bytes=0-0", { first: 0, last: 0 }],
  ["bytes=2-4", { first: 2, last: 4 }],
  ["Bytes= 2-4 ", { first: 2, last: 4 }],
  ["bytes=7-", { first: 7, last: 9 }],
  ["bytes=7-99", { first: 7, last: 9 }],
  ["bytes=-3", { first: 7, last: 9 }],
  ["bytes=-99", { first: 0, last: 9 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=10-20", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=4-2", null],
  ["bytes=0-1,3-4", null],
  ["bytes=-", null],
  ["bytes=a-b", null],
  ["bytes=1.5-2", null],
  ["lines=0-1", null],
  ["", null],
] as const)("The range %p of ten bytes is %p", (header, range) => {
  expect(parseRange(header, 10)).toEqual(range);
});

test("An empty body has no satisfiable range", () => {
  expect(parseRange("bytes=0-", 0)).toBe("unsatisfiable");
  expect(parseRange("bytes=-1", 0)).toBe("unsatisfiable");
});
