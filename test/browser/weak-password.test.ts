import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, openBrowser } from "./browser.ts";

/** The names of the registration's fields and button, and the text beside a weak password. */
const LANGUAGES = [
  ["en", ["Username", "Password", "Create account"], "Too easy to guess. Choose another."],
  [
    "ru",
    ["Имя пользователя", "Пароль", "Создать аккаунт"],
    "Слишком простой пароль. Придумайте другой.",
  ],
] as const;

describe.skipIf(!chromiumPath)("a weak password at the registration", () => {
  let stack: Stack;
  let browser: Browser;
  beforeAll(async () => {
    stack = await startStack("embedded");
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack[Symbol.asyncDispose]();
  });

  test.each(LANGUAGES)(
    "The field of the password says so in the language %s",
    async (locale, names, text) => {
      const page = await (await browser.newContext({ locale })).newPage();
      await page.goto(`${stack.url}/register`);
      const [username, password, button] = names;
      const field = page.getByRole("textbox", { name: password });
      for (const weak of ["mira.lind.77", "zzzzzzzzzz", "password1"]) {
        await page.getByRole("textbox", { name: username }).fill("mira.lind.77");
        await field.fill(weak);
        await page.getByRole("button", { name: button }).click();
        await page.getByText(text).waitFor();
        const focused = page.locator("[aria-invalid=true]:focus");
        expect(await focused.getAttribute("name")).toBe("password");
        await page.reload();
      }
      await page.context().close();
    },
  );
});
