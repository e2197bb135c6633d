import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chatLink, chromiumPath, message, openBrowser, say, signUp } from "./browser.ts";

describe.skipIf(!chromiumPath)("one person's browser", () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    stack = await startStack("embedded");
    browser = await openBrowser();
    context = await browser.newContext({ locale: "en" });
    page = await context.newPage();
    await signUp(page, stack.url, { username: "ann", name: "Ann" });
    for (const name of ["regatta", "boathouse"]) {
      await page.getByRole("button", { name: "New chat" }).click();
      await page.getByText("Channel", { exact: true }).click();
      await page.getByLabel("Name", { exact: true }).fill(name);
      await page.getByRole("button", { name: "Create channel" }).click();
      await page.getByRole("heading", { name }).waitFor();
    }
  });
  afterAll(async () => {
    await browser?.close();
    await stack[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await chatLink(page, "regatta").click();
    await page.getByRole("heading", { name: "regatta" }).waitFor();
  });

  const composer = () => page.getByRole("textbox", { name: "Message", exact: true });

  test("A message that stays unsent says so after ten seconds, and Retry sends it", async () => {
    await stack.gateway.end("SIGKILL");
    await say(page, "Said to nobody.");
    await message(page, "Said to nobody.").getByText("Sending…").waitFor();
    await message(page, "Said to nobody.").getByText("Not sent").waitFor();
    // Before the gateway is back, because after that the page would send the message by itself.
    await page.getByRole("button", { name: "Retry" }).click();
    await message(page, "Said to nobody.").getByText("Sending…").waitFor();
    await stack.startGateway();
    await message(page, "Said to nobody.").and(page.locator("[data-seq]")).waitFor();
    expect(await message(page, "Said to nobody.").count()).toBe(1);
  });

  test("An unfinished edit survives a change of chat and a reload", async () => {
    await say(page, "We met at nine.");
    await message(page, "We met at nine.").and(page.locator("[data-seq]")).waitFor();
    await composer().press("ArrowUp");
    await composer().fill("We meet at ten");
    await chatLink(page, "boathouse").click();
    await page.getByRole("heading", { name: "boathouse" }).waitFor();
    expect(await composer().inputValue()).toBe("");
    await chatLink(page, "regatta").click();
    await page.getByRole("heading", { name: "regatta" }).waitFor();
    expect(await composer().inputValue()).toBe("We meet at ten");
    await page.reload();
    await page.getByRole("button", { name: "Save" }).waitFor();
    expect(await composer().inputValue()).toBe("We meet at ten");
    await composer().press("Enter");
    await message(page, "We meet at ten").waitFor();
    await page.getByRole("button", { name: "Send" }).waitFor();
    await page.reload();
    await message(page, "We meet at ten").waitFor();
    expect(await composer().inputValue()).toBe("");
  });

  test("A message can be copied over plain HTTP, where pages have no clipboard", async () => {
    await say(page, "Oars are *here*.");
    await page.evaluate(() => {
      Object.defineProperty(navigator, "clipboard", { value: undefined });
    });
    const said = message(page, "Oars are").and(page.locator("[data-seq]"));
    await said.hover();
    await said.getByRole("button", { name: "More" }).click();
    await page.getByRole("button", { name: "Copy text" }).click();
    await composer().focus();
    await page.keyboard.press("Control+V");
    expect(await composer().inputValue()).toBe("Oars are *here*.");
    await composer().fill("");
  });

  test("Leaving a chat asks for confirmation and says whether one can return", async () => {
    await chatLink(page, "boathouse").click();
    await page.getByRole("heading", { name: "boathouse" }).waitFor();
    const about = page.getByRole("button", { name: "1 member" });
    await about.click();
    await page.getByRole("button", { name: "Leave" }).click();
    await page.getByText("You can join again at any time.").waitFor();
    await page.getByRole("button", { name: "Cancel" }).click();
    await composer().waitFor();
    await about.click();
    await page.getByRole("button", { name: "Leave" }).click();
    await page.getByRole("heading", { name: "Leave #boathouse?" }).waitFor();
    await page.getByRole("button", { name: "Leave" }).click();
    await chatLink(page, "boathouse").waitFor({ state: "detached" });
  });
});
