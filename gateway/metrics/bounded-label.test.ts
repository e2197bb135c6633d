import { expect, test } from "bun:test";
import { createBoundedLabel } from "./bounded-label.ts";

test("the first values keep their names, the rest are others", () => {
  const label = createBoundedLabel(2);
  expect(["ann", "ben", "cid", "ann", "dot", "ben"].map(label)).toEqual([
    "ann",
    "ben",
    "other",
    "ann",
    "other",
    "ben",
  ]);
});
