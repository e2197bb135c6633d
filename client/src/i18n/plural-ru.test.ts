import { expect, test } from "bun:test";
import { formRu, pluralRu } from "./plural-ru.ts";

test("Russian has three plural forms, and a fourth for fractions", () => {
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

test("A Russian plural form is given without its count too", () => {
  const hours = { one: "час", few: "часа", many: "часов", other: "часа" };
  expect([1, 3, 5].map((count) => formRu(count, hours))).toEqual(["час", "часа", "часов"]);
});
