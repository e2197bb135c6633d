import { expect, test } from "bun:test";
import { pickLanguage } from "./pick-language.ts";

test("The chosen language comes first, then those of the browser, then English", () => {
  expect(pickLanguage("ru", ["en-GB"])).toBe("ru");
  expect(pickLanguage(null, ["de-DE", "ru-RU", "en"])).toBe("ru");
  expect(pickLanguage("xx", ["de"])).toBe("en");
});
