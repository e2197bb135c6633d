import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, message, openBrowser, say, signUp } from "./browser.ts";

describe.skipIf(!chromiumPath)("tools of a message", () => {
  let stack: Stack;
  let browser: Browser;
  let channel: string;
  let people = 0;

  beforeAll(async () => {
    stack = await startStack("embedded");
    browser = await openBrowser();
    const tomas = await Person.register(stack.url, "tomas");
    const regatta = { kind: "channel", name: "regatta", visibility: "public" } as const;
    channel = (await tomas.create(regatta)).id;
  });
  afterAll(async () => {
    await browser?.close();
    await stack[Symbol.asyncDispose]();
  });

  /** Opens the page of a new user who has sent a message to the channel. */
  async function openSender(words: string, options: BrowserContextOptions): Promise<Page> {
    const page = await (await browser.newContext({ locale: "en", ...options })).newPage();
    await signUp(page, stack.url, { username: `mira${++people}`, name: "Mira Lind" });
    await page.goto(`${stack.url}/chat/${channel}`);
    await page.getByRole("button", { name: "Join" }).click();
    await say(page, words);
    await said(page, words).waitFor();
    return page;
  }

  const said = (page: Page, words: string) => message(page, words).and(page.locator("[data-seq]"));

  test("The tools of a message open by touch", async () => {
    const viewport = { width: 390, height: 844 };
    const page = await openSender("Tap me.", { viewport, hasTouch: true, isMobile: true });
    await said(page, "Tap me.").tap();
    await said(page, "Tap me.").getByRole("button", { name: "More" }).tap();
    await page.getByRole("button", { name: "Reply" }).tap();
    await page.getByRole("button", { name: "Cancel" }).waitFor();
    await page.context().close();
  });

  test("The tools of a message open by keyboard", async () => {
    const page = await openSender("Find me.", {});
    await said(page, "Find me.").focus();
    for (let n = 0; n < 2; n++) await page.keyboard.press("Tab");
    const name = () => page.locator(":focus").getAttribute("aria-label");
    expect(await name()).toBe("React");
    await page.keyboard.press("Tab");
    expect(await name()).toBe("Reply");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Cancel" }).waitFor();
    await page.context().close();
  });
});
