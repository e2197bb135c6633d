import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { connect, createServer, type Server } from "node:net";
import { freePort } from "@parley/platform/testing/free-port";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, openBrowser } from "./browser.ts";

describe.skipIf(!chromiumPath)("a page whose sockets are refused while HTTP works", () => {
  let browser: Browser;
  let context: BrowserContext;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  afterEach(() => context.close());

  async function openChats(stack: Stack, url: string, locale: string): Promise<Page> {
    const person = await Person.register(stack.url, "ann");
    context = await browser.newContext({ locale });
    await context.addCookies([{ name: "token", value: person.token, url }]);
    const page = await context.newPage();
    await page.goto(`${url}/chat`);
    return page;
  }

  test.each([
    ["en", "the server expects this page at another address"],
    ["ru", "сервер ждёт эту страницу по другому адресу"],
  ])("A page at a foreign address says so, in the language %s", async (locale, words) => {
    await using stack = await startStack("embedded", { PUBLIC_ORIGIN: "http://chat.example" });
    const page = await openChats(stack, stack.url, locale);
    await page.getByRole("status").getByText(words).waitFor();
  });

  test("A page behind a proxy that drops Upgrade says so", async () => {
    await using stack = await startStack("embedded");
    const port = freePort();
    const proxy = dropUpgrades(Number(new URL(stack.url).port), port);
    const page = await openChats(stack, `http://localhost:${port}`, "en");
    await page.getByRole("status").getByText("lets no WebSockets through").waitFor();
    await context.close();
    proxy.close();
  });

  test("A page whose gateway is away only says that it reconnects, and can be told to do so at once", async () => {
    await using stack = await startStack("embedded");
    const page = await openChats(stack, stack.url, "en");
    await page.getByRole("navigation", { name: "Chats" }).waitFor();
    await stack.gateway.end("SIGKILL");
    await Bun.sleep(5_000);
    const strip = page.getByRole("status").first();
    expect(await strip.textContent()).toBe("Reconnecting… Reconnect");
    expect(await strip.getByRole("button", { name: "Reconnect" }).isEnabled()).toBe(true);
  });

  /** A proxy on `port` that passes everything on to `target`, but for the header `Upgrade`. */
  function dropUpgrades(target: number, port: number): Server {
    const server = createServer((client) => {
      const gateway = connect(target, "localhost");
      client.on("data", (data) => {
        gateway.write(data.toString("latin1").replace(/^Upgrade: .*\r\n/im, ""), "latin1");
      });
      client.on("close", () => gateway.destroy());
      client.on("error", () => gateway.destroy());
      gateway.on("error", () => client.destroy());
      gateway.pipe(client);
    });
    return server.listen(port);
  }
});
