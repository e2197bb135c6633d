import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, message, openBrowser, say, signUp } from "./browser.ts";

const WORDS = ["one", "two", "three"].map((number) => `Message number ${number}.`);

describe.skipIf(!chromiumPath)("words that wait for their turn", () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let people = 0;

  beforeAll(async () => {
    // One message a second: what is written faster has to wait.
    stack = await startStack("embedded", { RATE_LIMIT_MESSAGES_RPS: "1" });
  });
  afterAll(() => stack[Symbol.asyncDispose]());
  beforeEach(async () => {
    browser = await openBrowser();
    context = await browser.newContext({ locale: "en" });
    page = await context.newPage();
    await signUp(page, stack.url, { username: `mira${++people}`, name: "Mira Lind" });
    await page.getByRole("button", { name: "New chat" }).click();
    await page.getByText("Channel", { exact: true }).click();
    await page.getByLabel("Name", { exact: true }).fill("regatta");
    await page.getByRole("button", { name: "Create channel" }).click();
    await page.getByRole("heading", { name: "regatta" }).waitFor();
  });
  afterEach(() => browser.close());

  const sent = (tab: Page, words: string) => message(tab, words).and(tab.locator("[data-seq]"));

  async function expectAllSent(tab: Page): Promise<void> {
    for (const words of WORDS) await sent(tab, words).waitFor();
    const bodies = await tab.getByRole("article").allTextContents();
    expect(bodies.map((text) => WORDS.findIndex((words) => text.includes(words)))).toEqual([
      0, 1, 2,
    ]);
  }

  test("have it although the device’s clock is set back by an hour", async () => {
    for (const words of WORDS) await say(page, words);
    await page.clock.setFixedTime(Date.now() - 3_600_000);
    await expectAllSent(page);
  }, 30_000);
});
