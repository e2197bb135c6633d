import { expect, test } from "bun:test";
import { pickLanguage } from "./pick-language.ts";

test("the language chosen comes first, then the browser's, then English", () => {
  expect(pickLanguage("ru", ["en-GB"])).toBe("ru");
  expect(pickLanguage(null, ["de-DE", "ru-RU", "en"])).toBe("ru");
  expect(pickLanguage("xx", ["de"])).toBe("en");
});
