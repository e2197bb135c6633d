import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Chat } from "@parley/contracts/chats";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { chatLink, chromiumPath, message, openBrowser, say } from "./browser.ts";

describe.skipIf(!chromiumPath)("unread messages in a browser", () => {
  let stack: Stack;
  let browser: Browser;
  let tomas: Person;
  let mira: Person;
  let context: BrowserContext;
  let page: Page;
  let channel: Chat;

  beforeAll(async () => {
    stack = await startStack("embedded");
    browser = await openBrowser();
    tomas = await Person.register(stack.url, "tomas");
  });
  afterAll(async () => {
    await browser?.close();
    await stack[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    mira = await Person.register(stack.url, "mira");
    channel = await join("regatta");
    context = await browser.newContext({ locale: "en", viewport: { width: 1_280, height: 720 } });
    page = await openAs(mira, context);
  });
  afterEach(() => context.close());

  const separator = () => page.getByRole("separator", { name: "New" });
  const jump = () => page.getByRole("button", { name: /^Jump to first unread/ });
  const markRead = () => page.getByRole("button", { name: "Mark as read" });
  const newest = () => page.getByRole("button", { name: "To the newest messages" });
  const log = () => page.getByRole("log", { name: "Messages" });

  test("A chat with 80 unread messages opens at the first, and only those on the screen become read", async () => {
    await sendMany(80);
    await open();
    await separator().waitFor();
    expect(await isInView("Message 1 of 80")).toBe(true);
    await jump().waitFor();
    await markRead().waitFor();
    await untilUnread((unread) => unread < 80);
    await Bun.sleep(1_500);
    const { readSeq, unread } = await chat();
    expect(readSeq).toBe(await lowestInView());
    expect(unread).toBe((await chat()).lastSeq - readSeq);
    expect(unread).toBeGreaterThan(40);
  });

  test("Scrolling to the end reads all messages, page by page", async () => {
    await sendMany(80);
    await open();
    await separator().waitFor();
    await log().hover();
    while ((await chat()).unread > 0) {
      await page.mouse.wheel(0, 600);
      await Bun.sleep(100);
    }
    expect(await isInView("Message 80 of 80")).toBe(true);
    expect(await jump().count()).toBe(0);
    expect(await markRead().count()).toBe(0);
  });

  test("A chat with 1,000 unread messages opens at the first, and Mark as read reads them all", async () => {
    await sendMany(1_000);
    const other = await mira.connect();
    await open();
    await separator().waitFor();
    expect(await isInView("Message 1 of 1000")).toBe(true);
    expect(await jump().textContent()).toContain("999+");
    expect((await chat()).unread).toBeGreaterThan(900);
    await markRead().click();
    await separator().waitFor({ state: "detached" });
    await jump().waitFor({ state: "detached" });
    await untilUnread((unread) => unread === 0);
    const { lastSeq } = await chat();
    while ((await other.until("read"))["seq"] !== lastSeq);
    expect(await isInView("Message 1 of 1000")).toBe(true);
    await other.close();
  });

  test("Messages that are passed over on the way to the newest stay unread, and can be found again", async () => {
    await sendMany(80);
    await open();
    await separator().waitFor();
    await newest().click();
    await message(page, "Message 80 of 80").waitFor();
    await jump().waitFor();
    await Bun.sleep(2_500);
    expect((await chat()).unread).toBeGreaterThan(40);
    await jump().click();
    await separator().waitFor();
    expect(await isInView("Message 1 of 80")).toBe(true);
    expect(await page.locator("article:focus").textContent()).toContain("Message 1 of 80");
  });

  test("One's own message leaves the messages above it unread", async () => {
    await sendMany(30);
    await open();
    await separator().waitFor();
    await say(page, "I have not read all of it.");
    await message(page, "I have not read all of it.").and(page.locator("[data-seq]")).waitFor();
    await jump().waitFor();
    await Bun.sleep(2_500);
    expect((await chat()).unread).toBeGreaterThan(5);
    await jump().click();
    expect(await isInView("Message 1 of 30")).toBe(true);
  });

  test("A chat that is left and opened again stands at the first message that is still unread", async () => {
    const boathouse = await join("boathouse");
    await sendMany(80);
    await open();
    await untilUnread((unread) => unread < 80);
    await chatLink(page, "boathouse").click();
    await page.waitForURL(`**/${boathouse.id}`);
    await Bun.sleep(700);
    const { readSeq, unread } = await chat();
    expect(unread).toBeGreaterThan(40);
    await chatLink(page, "regatta").click();
    await separator().waitFor();
    expect(await firstBelowSeparator()).toBe(readSeq + 1);
  });

  test("Messages that arrive in a hidden tab stay unread until the tab is looked at", async () => {
    await open();
    await page.getByRole("textbox", { name: "Message", exact: true }).waitFor();
    await setVisibility("hidden");
    await sendMany(80);
    await message(page, "Message 80 of 80").waitFor({ state: "attached" });
    await Bun.sleep(2_000);
    expect((await chat()).unread).toBe(80);
    await setVisibility("visible");
    expect(await isInView("Message 1 of 80")).toBe(true);
    await untilUnread((unread) => unread < 80);
    expect((await chat()).unread).toBeGreaterThan(40);
  });

  test("Reading on another device takes the way to the unread messages away", async () => {
    await sendMany(80);
    await open();
    await jump().waitFor();
    const { lastSeq } = await chat();
    await mira.json("POST", `/chats/${channel.id}/read`, { seq: lastSeq }, 204);
    await jump().waitFor({ state: "detached" });
    await markRead().waitFor({ state: "detached" });
  });

  test("A chat whose unread messages are all by a blocked person is read by looking at it", async () => {
    await mira.json("POST", "/block", { userId: tomas.id }, 201);
    await sendMany(60);
    await open();
    await page.getByText("whom you blocked, wrote here").first().waitFor();
    await log().hover();
    while ((await chat()).unread > 0) {
      await page.mouse.wheel(0, 600);
      await Bun.sleep(100);
    }
  });

  test("The first unread message and those after it are reached and read by the keyboard", async () => {
    await sendMany(80);
    await open();
    await jump().focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("article:focus").textContent()).toContain("Message 1 of 80");
    while ((await chat()).unread > 0)
      for (let n = 0; n < 5; n++) await page.keyboard.press("ArrowDown");
    expect(await isInView("Message 80 of 80")).toBe(true);
  });

  test("A phone shows the way to the unread messages without covering the first of them or the title above", async () => {
    await page.setViewportSize({ width: 360, height: 560 });
    await sendMany(80);
    await open();
    const box = await markRead().boundingBox();
    const first = await message(page, "Message 1 of 80").boundingBox();
    expect(box && box.x + box.width).toBeLessThanOrEqual(360);
    expect(box && first && box.y + box.height <= first.y).toBe(true);
    const title = await page.getByText("This is where").boundingBox();
    expect(box && title && box.y + box.height <= title.y).toBe(true);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });

  async function openAs(person: Person, into: BrowserContext): Promise<Page> {
    await into.addCookies([{ name: "token", value: person.token, url: stack.url }]);
    return into.newPage();
  }

  async function join(name: string): Promise<Chat> {
    const created = await tomas.create({ kind: "channel", name, visibility: "public" });
    return mira.json("POST", `/chats/${created.id}/join`);
  }

  const chat = () => mira.json<Chat>("GET", `/chats/${channel.id}`);
  const open = () => page.goto(`${stack.url}/chat/${channel.id}`);

  /** The first and the last message are sent alone, so that their places are known. */
  async function sendMany(count: number): Promise<void> {
    const send = (n: number) => {
      const draft = { chat: channel.id, clientId: crypto.randomUUID() };
      return tomas.json("POST", "/messages", { ...draft, body: `Message ${n} of ${count}` }, 201);
    };
    await send(1);
    for (let n = 2; n < count; n += 100)
      await Promise.all(Array.from({ length: Math.min(100, count - n) }, (_, k) => send(n + k)));
    await send(count);
  }

  async function untilUnread(isReached: (unread: number) => boolean): Promise<void> {
    while (!isReached((await chat()).unread)) await Bun.sleep(50);
  }

  /** Whether the end of a message is in the view of the log. */
  async function isInView(words: string): Promise<boolean> {
    const found = message(page, words).first();
    await found.waitFor();
    const [box, view] = [await found.boundingBox(), await log().boundingBox()];
    if (!box || !view) return false;
    return box.y >= view.y && box.y + box.height <= view.y + view.height + 1;
  }

  /** The `seq` of the lowest message whose end is in view. */
  async function lowestInView(): Promise<number> {
    const seq = await page.evaluate<string>(`(() => {
      const view = document.querySelector("[role=log]").getBoundingClientRect();
      const seen = [...document.querySelectorAll("[data-seq]")].filter(
        (one) => one.getBoundingClientRect().bottom <= view.bottom + 1,
      );
      return seen.at(-1).dataset.seq;
    })()`);
    return Number(seq);
  }

  async function firstBelowSeparator(): Promise<number> {
    const next = separator().locator("xpath=following-sibling::*[1]");
    return Number(await next.getAttribute("data-seq"));
  }

  /** Chromium without a display hides no tab. */
  async function setVisibility(state: "hidden" | "visible"): Promise<void> {
    await page.evaluate(`
      Object.defineProperty(document, "visibilityState", { value: "${state}", configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    `);
  }
});
