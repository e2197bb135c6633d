import { expect, test } from "bun:test";
import { colourOf, initials } from "./initials.ts";

test("the first letters of the first and the last word", () => {
  expect(initials("Tomas Král")).toBe("TK");
  expect(initials("анна ветрова")).toBe("АВ");
  expect(initials("Ada King Lovelace")).toBe("AL");
  expect(initials("mira")).toBe("M");
});

test("an emoji stays whole, and nothing at all is a question mark", () => {
  expect(initials("🚣")).toBe("🚣");
  expect(initials(" ")).toBe("?");
});

test("a colour belongs to an ID for good", () => {
  expect(colourOf("abc")).toBe(colourOf("abc"));
  expect(colourOf("abc")).toBeWithin(1, 9);
});
