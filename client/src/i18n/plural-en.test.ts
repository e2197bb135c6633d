import { expect, test } from "bun:test";
import { formEn, pluralEn } from "./plural-en.ts";

test("English has two plural forms", () => {
  const forms = { one: "member", other: "members" };
  expect([1, 2, 0].map((count) => pluralEn(count, forms))).toEqual([
    "1 member",
    "2 members",
    "0 members",
  ]);
});

test("A plural form is given without its count too", () => {
  expect(formEn(1, { one: "hour", other: "hours" })).toBe("hour");
});
