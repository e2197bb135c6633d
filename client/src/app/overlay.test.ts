import { expect, test } from "bun:test";
import { isSameOverlay } from "./overlay.ts";

test("An overlay with equal props is the same overlay", () => {
  expect(isSameOverlay({ kind: "jump" }, { kind: "jump" })).toBe(true);
  expect(isSameOverlay({ kind: "person", user: "a" }, { kind: "person", user: "a" })).toBe(true);
  expect(isSameOverlay(null, null)).toBe(true);
});

test("An overlay of another kind or with other props is another overlay", () => {
  expect(isSameOverlay({ kind: "jump" }, { kind: "settings" })).toBe(false);
  expect(isSameOverlay({ kind: "person", user: "a" }, { kind: "person", user: "b" })).toBe(false);
  expect(isSameOverlay({ kind: "new_chat" }, { kind: "new_chat", tab: "browse" })).toBe(false);
  expect(isSameOverlay({ kind: "jump" }, null)).toBe(false);
});
