import { expect, test } from "bun:test";
import { createBoundedLabel } from "./bounded-label.ts";

test("The first values keep their names, and later ones become `other`", () => {
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
