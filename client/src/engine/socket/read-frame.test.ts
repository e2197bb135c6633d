import { expect, test } from "bun:test";
import { readFrame } from "./read-frame.ts";

test("Frames of an unknown type and malformed frames are ignored", () => {
  expect(readFrame({ type: "huddle" })).toBeNull();
  expect(readFrame({ type: "left", chat: "no UUID" })).toBeNull();
  expect(readFrame({ type: "resumed", later: "more" })).toEqual({ type: "resumed" });
});
