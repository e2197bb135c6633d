import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, openBrowser, signUp } from "./browser.ts";

const RUSSIAN = /\/assets\/russian-.*\.js$/;

describe.skipIf(!chromiumPath)("the language of the page", () => {
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

  test("The page begins in the language of the browser", async () => {
    const page = await (await browser.newContext({ locale: "ru-RU" })).newPage();
    await page.goto(`${stack.url}/login`);
    await page.getByRole("heading", { name: "С возвращением" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("ru");
    await page.context().close();
  });

  test("The page is in English when the words of another language can't be loaded", async () => {
    const page = await (await browser.newContext({ locale: "ru-RU" })).newPage();
    await page.route(RUSSIAN, (route) => route.abort());
    await page.goto(`${stack.url}/login`);
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await page.context().close();
  });

  test("A language that is chosen is loaded, and used again after a reload", async () => {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await signUp(page, stack.url, { username: "mira", name: "Mira Lind" });
    await page.getByRole("button", { name: "Settings" }).click();
    await page.getByRole("dialog").getByText("Русский").click();
    await page.getByRole("dialog", { name: "Настройки" }).waitFor();
    await page.reload();
    await page.getByRole("navigation", { name: "Чаты" }).waitFor();
    await page.context().close();
  });
});
