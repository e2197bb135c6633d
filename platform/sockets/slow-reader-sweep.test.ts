import { expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { createSlowReaderSweep } from "./slow-reader-sweep.ts";

test("All readers are checked each time a quarter of the buffer limit was published", () => {
  const checked: string[] = [];
  const reader = (name: string) => ({ closeIfSlow: () => void checked.push(name) });
  const readers = new Map([[1, reader("ann")]]);
  const notePublished = createSlowReaderSweep(readers);
  notePublished(LIMITS.maxBackpressureBytes / 4 - 1);
  expect(checked).toEqual([]);
  readers.set(2, reader("ben"));
  notePublished(1);
  expect(checked).toEqual(["ann", "ben"]);
  notePublished(LIMITS.maxBackpressureBytes / 4 - 1);
  expect(checked).toHaveLength(2);
});
