import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, openBrowser, signUp } from "./browser.ts";

const SETTINGS = /\/assets\/settings-dialog-.*\.js$/;
/** The last dialog that an idle page fetches. */
const LAST = /\/assets\/delete-message-dialog-.*\.js$/;

describe.skipIf(!chromiumPath)("dialogs that are loaded late", () => {
  let stack: Stack;
  let browser: Browser;
  let people = 0;

  beforeAll(async () => {
    stack = await startStack("embedded");
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack[Symbol.asyncDispose]();
  });

  async function openChat(prepare: (page: Page) => Promise<unknown>): Promise<Page> {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await prepare(page);
    await signUp(page, stack.url, { username: `mira${++people}`, name: "Mira Lind" });
    return page;
  }

  const settings = (page: Page) => page.getByRole("button", { name: "Settings" });
  const dialog = (page: Page) => page.getByRole("dialog", { name: "Settings" });

  test("A dialog whose chunk comes late opens and takes the focus", async () => {
    const page = await openChat((page) =>
      page.route(SETTINGS, async (route) => {
        await Bun.sleep(1_500);
        await route.continue();
      }),
    );
    await settings(page).click();
    expect(await dialog(page).count()).toBe(0);
    await dialog(page).waitFor();
    expect(await dialog(page).locator(":focus").count()).toBe(1);
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    expect(await page.locator(":focus").getAttribute("title")).toBe("Settings");
    await page.context().close();
  });

  test("A dialog whose chunk can't be loaded says so, and opens once it can", async () => {
    const page = await openChat((page) => page.route(SETTINGS, (route) => route.abort()));
    await settings(page).click();
    await page.getByText("This part of the page didn’t load.").waitFor();
    expect(await dialog(page).count()).toBe(0);
    await page.unroute(SETTINGS);
    await settings(page).click();
    await dialog(page).waitFor();
    await page.context().close();
  });

  test("Every dialog of an idle page opens without the network", async () => {
    const preloaded = Promise.withResolvers<void>();
    const page = await openChat(async (page) => {
      page.on("requestfinished", (request) => LAST.test(request.url()) && preloaded.resolve());
    });
    await preloaded.promise;
    await page.context().setOffline(true);
    await settings(page).click();
    await dialog(page).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("dialog", { name: "Jump" }).waitFor();
    await page.context().close();
  });
});
