import { expect, test } from "bun:test";
import { formEn, formRu, pluralEn, pluralRu } from "./plural.ts";

test("Russian counts in its three forms, and a fraction in the fourth", () => {
  const forms = { one: "участник", few: "участника", many: "участников", other: "участника" };
  const counted = [1, 2, 5, 11, 21, 1.5].map((count) => pluralRu(count, forms));
  expect(counted).toEqual([
    "1 участник",
    "2 участника",
    "5 участников",
    "11 участников",
    "21 участник",
    "1,5 участника",
  ]);
});

test("English has two", () => {
  const forms = { one: "member", other: "members" };
  expect([1, 2, 0].map((count) => pluralEn(count, forms))).toEqual([
    "1 member",
    "2 members",
    "0 members",
  ]);
});

test("a form stands without its count, too", () => {
  const hours = { one: "час", few: "часа", many: "часов", other: "часа" };
  expect([1, 3, 5].map((count) => formRu(count, hours))).toEqual(["час", "часа", "часов"]);
  expect(formEn(1, { one: "hour", other: "hours" })).toBe("hour");
});
