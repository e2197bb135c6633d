import { expect, test } from "bun:test";
import { readFrame } from "./read-frame.ts";

test("frames of a type that is not known, or that are broken, are none", () => {
  expect(readFrame({ type: "horoscope" })).toBeNull();
  expect(readFrame({ type: "left", chat: "no UUID" })).toBeNull();
  expect(readFrame({ type: "resumed", later: "more" })).toEqual({ type: "resumed" });
});
