import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, openBrowser, signUp } from "./browser.ts";

describe.skipIf(!chromiumPath)("the page while the server is away", () => {
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

  test("The page loads while the server is away, says so, and continues when the server is back", async () => {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await signUp(page, stack.url, { username: "ann", name: "Ann" });
    await stack.server.end("SIGKILL");
    const response = await page.goto(`${stack.url}/chat`);
    expect(response?.status()).toBe(200);
    await page.getByText("The server can’t be reached").waitFor();
    await stack.startServer();
    await page.getByRole("navigation", { name: "Chats" }).waitFor();
  });
});
