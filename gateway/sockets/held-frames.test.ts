import { expect, test } from "bun:test";
import { createHeldFrames } from "./held-frames.ts";

test("frames are let go once, in their order", () => {
  const held = createHeldFrames();
  for (const frame of ["a", "b", "c"]) expect(held.hold(frame)).toBe(true);
  expect(held.release()).toEqual(["a", "b", "c"]);
  expect(held.release()).toEqual([]);
});

test("there is room for 64 frames, and anew once they are gone", () => {
  const held = createHeldFrames();
  for (let n = 0; n < 64; n++) expect(held.hold("x")).toBe(true);
  expect(held.hold("x")).toBe(false);
  held.release();
  expect(held.hold("x")).toBe(true);
});

test("there is room for 64 KiB as they go over the wire", () => {
  const held = createHeldFrames();
  expect(held.hold("é".repeat(32 * 1024))).toBe(true);
  expect(held.hold("x")).toBe(false);
});
