import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, openBrowser, signUp } from "./browser.ts";

/** First in the page's own head, and a program beside the page. */
const APART = /early-theme|shared-worker/;

interface Fetched {
  readonly path: string;
  /** The code that was running and asked for it; null where a header or the page itself did. */
  readonly askedBy: string | null;
}

/** Loads an address; tells the assets that were fetched for it and were named beforehand, and what the console said. */
async function load(page: Page, url: string, shown: string) {
  const fetched: Fetched[] = [];
  const said: string[] = [];
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Log.enable");
  devtools.on("Network.requestWillBeSent", ({ type, request, initiator }) => {
    // The page that was there before may still have been fetching its worker.
    if (type === "Document") fetched.length = 0;
    const { pathname } = new URL(request.url);
    if (/^\/assets\/.+\.(?:js|css)$/.test(pathname))
      fetched.push({ path: pathname, askedBy: initiator.stack?.callFrames[0]?.url ?? null });
  });
  devtools.on("Log.entryAdded", ({ entry }) => said.push(entry.text));
  page.on("console", (message) => said.push(message.text()));
  const answer = await page.goto(url);
  await page.getByRole("button", { name: shown }).waitFor();
  await devtools.detach();
  return { fetched, said, named: (await answer?.headerValue("link")) ?? "" };
}

describe.skipIf(!chromiumPath)("in a browser", () => {
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

  test.each([
    ["/login", "Sign in"],
    ["/register", "Create account"],
    ["/chat", "New chat"],
  ])(
    "No script of %s waits for another script to request it, and none is fetched twice or in vain",
    async (path, shown) => {
      const context = await browser.newContext();
      const page = await context.newPage();
      if (path === "/chat") await signUp(page, stack.url, { username: "ann", name: "Ann" });
      const { fetched, said, named } = await load(page, stack.url + path, shown);
      const paths = fetched.map((file) => file.path);
      expect(paths.length).toBeGreaterThan(4);
      expect(paths).toEqual([...new Set(paths)]);
      expect(paths.filter((path) => !named.includes(`<${path}>`) && !APART.test(path))).toEqual([]);
      expect(fetched.filter(({ askedBy }) => askedBy !== null)).toEqual([]);
      expect(said).toEqual([]);
      await context.close();
    },
  );
});
