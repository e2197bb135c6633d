import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, message, openBrowser, say, signUp } from "./browser.ts";

const WORDS = ["one", "two", "three"].map((number) => `Message number ${number}.`);

describe.skipIf(!chromiumPath)("unsent messages", () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let people = 0;

  beforeAll(async () => {
    // One message per second: messages written faster stay unsent for a while.
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

  /** Writes messages while the gateway is away, closes the tab, and opens another when the gateway is back. */
  async function writeAndLeave(...words: string[]): Promise<Page> {
    const url = page.url();
    await stack.gateway.end("SIGKILL");
    for (const one of words) {
      await say(page, one);
      await message(page, one).getByText("Sending…").waitFor();
    }
    await page.close();
    await stack.startGateway();
    const next = await context.newPage();
    await next.goto(url);
    await composer(next).waitFor();
    return next;
  }

  const composer = (tab: Page) => tab.getByRole("textbox", { name: "Message", exact: true });

  test("Unsent messages survive their tab and are sent in order by the next tab", async () => {
    const next = await writeAndLeave(...WORDS);
    await expectAllSent(next);
    expect(await composer(next).inputValue()).toBe("");
  });

  test("Another open tab sends the unsent messages of a closed tab", async () => {
    const other = await context.newPage();
    await other.goto(page.url());
    await composer(other).waitFor();
    for (const words of WORDS) await say(page, words);
    await page.close();
    await expectAllSent(other);
  });

  test.each([
    ["is forbidden", '() => { throw new DOMException("", "SecurityError"); }'],
    ["never responds", "() => ({})"],
  ])("Unsent messages survive their tab where the browser’s database %s", async (_, open) => {
    await context.addInitScript(`IDBFactory.prototype.open = ${open}`);
    await page.reload();
    await composer(page).waitFor();
    const next = await writeAndLeave(...WORDS);
    await expectAllSent(next);
    await next.reload();
    await expectAllSent(next);
    expect(await composer(next).inputValue()).toBe("");
    expect(await next.evaluate(() => JSON.stringify(localStorage))).not.toContain("unsent");
    await next.getByRole("button", { name: "Sign out" }).click();
    await next.getByRole("button", { name: "Sign in" }).waitFor();
  });

  test("Unsent messages of version 0.1.0 are moved from IndexedDB, and sent in order", async () => {
    const unsent = { chat: page.url().split("/").at(-1), words: WORDS };
    await page.evaluate(`(${FILL_INDEXED_DB})(${JSON.stringify(unsent)})`);
    const next = await context.newPage();
    await next.goto(page.url());
    await expectAllSent(next);
    expect(await next.evaluate("indexedDB.databases()")).toEqual([]);
    expect(await next.evaluate(() => JSON.stringify(localStorage))).not.toContain("unsent");
  });

  test("Unsent messages keep their order although the device's clock is set back by an hour", async () => {
    for (const words of WORDS) await say(page, words);
    await page.clock.setFixedTime(Date.now() - 3_600_000);
    await expectAllSent(page);
  });
});

/**
 * Stores unsent messages as version 0.1.0 of the page did: the last one in `localStorage` alone, and the
 * others in IndexedDB, whose connection stays open. A text, because the types of the browser are missing.
 */
const FILL_INDEXED_DB = `({ chat, words }) => {
  const user = localStorage.getItem("parley.user");
  const rows = words.map((body, n) => {
    const createdAt = new Date(Date.UTC(2026, 5, 12, 18, 0, n)).toISOString();
    const message = { chat, body, replyTo: null, clientId: crypto.randomUUID(), createdAt };
    return { message, user, tab: "closed", failed: null };
  });
  const last = rows.pop();
  localStorage.setItem("parley.unsent." + user + "." + last.message.clientId, JSON.stringify(last));
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("parley", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("outbox", { keyPath: "message.clientId" });
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => database.close();
      const transaction = database.transaction("outbox", "readwrite");
      for (const row of rows) transaction.objectStore("outbox").put(row);
      transaction.oncomplete = () => resolve();
    };
  });
}`;
