import { expect, test } from "bun:test";
import { functionLines } from "./line-counts.ts";
import { parseSourceFile } from "./source-file.ts";
import { percentile } from "./statistics.ts";
import { workspaceSizes } from "./workspace-sizes.ts";

const SOURCE = `export function outer() {
  return [1].map((n) => {
    return n;
  });
}
const short = (n: number) => n + 1;
class Box {
  open() {}
}
`;

const file = (path: string, text: string) => parseSourceFile(path, text);

test("Functions with a body in braces are measured, nested ones and methods included", () => {
  expect(functionLines(file("a.ts", SOURCE))).toEqual([5, 3, 1]);
});

test("A workspace counts the lines of its tests apart, and the last row is the sum of all", () => {
  const sizes = workspaceSizes([
    file("server/a.ts", SOURCE),
    file("server/a.test.ts", "\n\nlet a;\n"),
    file("client/b.ts", "let b;\n"),
  ]);
  expect(
    sizes.map(({ name, files, sourceLines, testLines, fileMedian }) => [
      name,
      files,
      sourceLines,
      testLines,
      fileMedian,
    ]),
  ).toEqual([
    ["server", 2, 9, 3, 9],
    ["client", 1, 1, 0, 1],
    ["total", 3, 10, 3, 1],
  ]);
});

test.each([
  [50, 2],
  [95, 4],
  [0, 1],
])("The %d-th percentile of 1, 2, 3 and 4 is %d", (percent, expected) => {
  expect(percentile([4, 2, 3, 1], percent)).toBe(expected);
});
