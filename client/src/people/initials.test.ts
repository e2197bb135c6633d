import { expect, test } from "bun:test";
import { colourOf, initials } from "./initials.ts";

test("Initials are the first letters of the first and the last word", () => {
  expect(initials("Tomas Král")).toBe("TK");
  expect(initials("анна ветрова")).toBe("АВ");
  expect(initials("Ada King Lovelace")).toBe("AL");
  expect(initials("mira")).toBe("M");
});

test("An emoji stays whole, and the initial of an empty name is a question mark", () => {
  expect(initials("🚣")).toBe("🚣");
  expect(initials(" ")).toBe("?");
});

test("An ID always gets the same colour", () => {
  expect(colourOf("abc")).toBe(colourOf("abc"));
  expect(colourOf("abc")).toBeWithin(1, 9);
});
