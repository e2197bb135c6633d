import { expect, test } from "bun:test";
import { importCycles } from "./import-cycles.ts";

function edges(...arrows: string[]) {
  return arrows.map((arrow) => {
    const [from = "", to = ""] = arrow.split(">");
    return { from, to, isType: true };
  });
}

test("Files that import each other, directly or not, form one cycle", () => {
  expect(importCycles(edges("a>b", "b>c", "c>b", "c>d", "d>e", "e>f", "f>d"))).toEqual([
    ["d", "e", "f"],
    ["b", "c"],
  ]);
});

test("A file that is imported along two ways is in no cycle", () => {
  expect(importCycles(edges("a>b", "a>c", "b>d", "c>d"))).toEqual([]);
});
