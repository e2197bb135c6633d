import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, openBrowser, signUp } from "./browser.ts";

/** Scripts that `Link` does not name: one is in the page's head, the other is a worker. */
const NOT_LINKED = /early-theme|shared-worker/;

interface Fetched {
  readonly path: string;
  /** The URL of the script that requested the file; null for a header or the HTML. */
  readonly requestedBy: string | null;
}

/** Loads a URL. @returns the fetched assets, the console's lines, and the `Link` header. */
async function load(page: Page, url: string, shown: string) {
  const fetched: Fetched[] = [];
  const logged: string[] = [];
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Log.enable");
  devtools.on("Network.requestWillBeSent", ({ type, request, initiator }) => {
    // The previous page may still have been fetching its worker.
    if (type === "Document") fetched.length = 0;
    const { pathname } = new URL(request.url);
    if (/^\/assets\/.+\.(?:js|css)$/.test(pathname))
      fetched.push({ path: pathname, requestedBy: initiator.stack?.callFrames[0]?.url ?? null });
  });
  devtools.on("Log.entryAdded", ({ entry }) => logged.push(entry.text));
  page.on("console", (message) => logged.push(message.text()));
  const response = await page.goto(url);
  await page.getByRole("button", { name: shown }).waitFor();
  await devtools.detach();
  return { fetched, logged, linked: (await response?.headerValue("link")) ?? "" };
}

describe.skipIf(!chromiumPath)("pages in a browser", () => {
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
      const { fetched, logged, linked } = await load(page, stack.url + path, shown);
      const paths = fetched.map((file) => file.path);
      expect(paths.length).toBeGreaterThan(4);
      expect(paths).toEqual([...new Set(paths)]);
      expect(
        paths.filter((path) => !linked.includes(`<${path}>`) && !NOT_LINKED.test(path)),
      ).toEqual([]);
      expect(fetched.filter(({ requestedBy }) => requestedBy !== null)).toEqual([]);
      expect(logged).toEqual([]);
      await context.close();
    },
  );
});
