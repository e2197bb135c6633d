import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { chatLink, chromiumPath, openBrowser, signUp } from "./browser.ts";

const LOGIN = /\/assets\/login-page-.*\.js$/;

describe.skipIf(!chromiumPath)("addresses of the page", () => {
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

  /** A page whose document is marked, so that a load of another document is noticed. */
  async function openMarked(path: string): Promise<Page> {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await page.goto(stack.url + path);
    await mark(page);
    return page;
  }

  const mark = (page: Page) => page.evaluate("document.marked = true");
  const isMarked = (page: Page) => page.evaluate("document.marked === true");
  const heading = (page: Page, name: string) => page.getByRole("heading", { name });

  test("Links, Back and Forward change the page without a load, and keep the query", async () => {
    const page = await openMarked("/login?next=/chat");
    await page.getByRole("link", { name: "Create account" }).click();
    await heading(page, "Make yourself at home").waitFor();
    expect(page.url()).toBe(`${stack.url}/register?next=/chat`);
    await page.goBack();
    await heading(page, "Welcome back").waitFor();
    await page.goForward();
    await heading(page, "Make yourself at home").waitFor();
    expect(await isMarked(page)).toBe(true);
    await page.context().close();
  });

  test("The chats of the list open without a load, and each is one step of the history", async () => {
    const owner = await Person.register(stack.url, "tomas");
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await signUp(page, stack.url, { username: "ann", name: "Ann" });
    for (const name of ["regatta", "boathouse"]) {
      const { id } = await owner.create({ kind: "channel", name, visibility: "public" });
      await page.goto(`${stack.url}/chat/${id}`);
      await page.getByRole("button", { name: "Join" }).click();
      await chatLink(page, name).waitFor();
    }
    await mark(page);
    await chatLink(page, "regatta").click();
    await heading(page, "regatta").waitFor();
    expect(await chatLink(page, "regatta").getAttribute("aria-current")).toBe("page");
    await chatLink(page, "regatta").click();
    await page.goBack();
    await heading(page, "boathouse").waitFor();
    expect(await chatLink(page, "regatta").getAttribute("aria-current")).toBeNull();
    expect(await isMarked(page)).toBe(true);
    await page.context().close();
  });

  test("A press with a modifier key opens a link in another tab", async () => {
    const page = await openMarked("/login");
    const [tab] = await Promise.all([
      page.context().waitForEvent("page"),
      page.getByRole("link", { name: "Create account" }).click({ modifiers: ["Control"] }),
    ]);
    await heading(tab, "Make yourself at home").waitFor();
    await heading(page, "Welcome back").waitFor();
    await page.context().close();
  });

  test("An unknown address says so to a signed-in user, and leads to the chats", async () => {
    const page = await openMarked("/register");
    await signUp(page, stack.url, { username: "olga", name: "Olga" });
    await page.goto(`${stack.url}/chat/a/b`);
    await page.getByRole("link", { name: "Go to your chats" }).click();
    await page.getByRole("navigation", { name: "Chats" }).waitFor();
    await page.context().close();
  });

  test("A page whose chunk is gone after a deployment is loaded as a new document", async () => {
    const page = await openMarked("/register");
    await page.route(LOGIN, (route) => route.abort());
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.waitForFunction("document.marked !== true");
    await page.unroute(LOGIN);
    await page.reload();
    await heading(page, "Welcome back").waitFor();
    await page.context().close();
  });
});
