import { expect, test } from "bun:test";
import { containsPattern, prefixPattern } from "./like-pattern.ts";

test("A wildcard of like in a text matches itself alone", () => {
  expect(containsPattern("100%_\\")).toBe("%100\\%\\_\\\\%");
  expect(prefixPattern("a_b")).toBe("a\\_b%");
});
