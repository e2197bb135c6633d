import { expect, test } from "bun:test";
import { mentions } from "./mentions.ts";

test("a name is mentioned whatever its case, and before a full stop", () => {
  expect(mentions("Look, @Mira.", "mira")).toBe(true);
});

test("a longer name, a mail address and code mention nobody else", () => {
  expect(mentions("@miranda", "mira")).toBe(false);
  expect(mentions("tomas@mira", "mira")).toBe(false);
  expect(mentions("`@mira` and\n```\n@mira\n```", "mira")).toBe(false);
});
