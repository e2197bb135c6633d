import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Chat } from "@parley/contracts/chats";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { chromiumPath, message, openBrowser, say, signUp } from "./browser.ts";

describe.skipIf(!chromiumPath)("the tabs of one browser", () => {
  let stack: Stack;
  let browser: Browser;
  let outside: Person;
  let channel: Chat;
  let context: BrowserContext;
  let people = 0;

  beforeAll(async () => {
    stack = await startStack("embedded");
    outside = await Person.register(stack.url, "tomas");
    const regatta = { kind: "channel", name: "regatta", visibility: "public" } as const;
    channel = await outside.create(regatta);
  });
  afterAll(async () => {
    await stack[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    browser = await openBrowser();
    context = await browser.newContext({ locale: "en" });
  });
  afterEach(async () => {
    await browser.close();
    await untilConnections(0);
  });

  test("The tabs of a browser share one connection, whichever of them opens, closes or sends", async () => {
    const [first, ...others] = (await openTabs(10)) as [Page, ...Page[]];
    await untilConnections(1);
    await receivedInAll("Heard in all ten tabs.", [first, ...others]);

    await first.close();
    await receivedInAll("The first tab is closed.", others);
    await others[3]?.reload();
    await receivedInAll("One was loaded again.", others);
    expect(await connections()).toBe(1);

    await say(others[6] as Page, "Said in one of them.");
    for (const tab of others) await message(tab, "Said in one of them.").waitFor();
    const { messages } = await outside.json<{ messages: { body: string }[] }>(
      "GET",
      `/messages?chat=${channel.id}`,
    );
    expect(messages.filter(({ body }) => body === "Said in one of them.")).toHaveLength(1);

    for (const tab of others) await tab.close();
    await untilConnections(0);
  });

  test("All tabs show the same draft of a chat, and no text is lost without notice", async () => {
    const [one, two] = (await openTabs(2)) as [Page, Page];
    const composer = (tab: Page) => tab.getByRole("textbox", { name: "Message", exact: true });
    const shows = async (tab: Page, words: string) => {
      while ((await composer(tab).inputValue()) !== words) await Bun.sleep(20);
    };
    await composer(one).fill("Begun in the first tab");
    await shows(two, "Begun in the first tab");
    await composer(two).fill("Begun in the first tab, ended in the second.");
    await shows(one, "Begun in the first tab, ended in the second.");
    await composer(two).press("Enter");
    await message(one, "ended in the second.").waitFor();
    await shows(one, "");
  });

  test("A tab ends its session when another user signs in in another tab", async () => {
    const [mira] = (await openTabs(1)) as [Page];
    const other = await context.newPage();
    const name = crypto.randomUUID().slice(0, 8);
    await signUp(other, stack.url, { username: `olga-${name}`, name: "Olga" });
    await mira.getByRole("button", { name: "Sign in" }).waitFor();
    await other.reload();
    await other.getByRole("navigation", { name: "Chats" }).waitFor();
  });

  test("The tabs reconnect on one connection after the gateway was killed", async () => {
    const tabs = await openTabs(3);
    await stack.gateway.end("SIGKILL");
    for (const tab of tabs) await tab.getByRole("status").getByText("Reconnecting…").waitFor();
    await say(tabs[1] as Page, "Said while there was no connection.");
    await stack.startGateway();
    for (const tab of tabs) await message(tab, "Said while there was no connection.").waitFor();
    await untilConnections(1);
  });

  test("Each tab has its own connection in a browser without shared workers", async () => {
    await context.addInitScript("delete globalThis.SharedWorker");
    const [one, two] = (await openTabs(2)) as [Page, Page];
    await untilConnections(2);
    await receivedInAll("Heard twice.", [one, two]);
    await one.close();
    await untilConnections(1);
    await receivedInAll("Heard once.", [two]);
    await say(two, "Said alone.");
    await message(two, "Said alone.").and(two.locator("[data-seq]")).waitFor();
  });

  test("Each tab has its own connection if the shared worker cannot be loaded", async () => {
    await context.addInitScript(`
      globalThis.SharedWorker = class extends SharedWorker {
        constructor(_, options) {
          super("/assets/none.js", options);
        }
      };
    `);
    const tabs = await openTabs(2);
    await untilConnections(2);
    await receivedInAll("Heard without a worker.", tabs);
  });

  /** Opens tabs of one member of the channel, each of which shows the channel. */
  async function openTabs(count: number): Promise<Page[]> {
    const first = await context.newPage();
    await signUp(first, stack.url, { username: `mira${++people}`, name: "Mira Lind" });
    await first.goto(`${stack.url}/chat/${channel.id}`);
    await first.getByRole("button", { name: "Join" }).click();
    const others = Array.from({ length: count - 1 }, async () => {
      const tab = await context.newPage();
      await tab.goto(first.url());
      return tab;
    });
    const tabs = [first, ...(await Promise.all(others))];
    for (const tab of tabs)
      await tab.getByRole("textbox", { name: "Message", exact: true }).waitFor();
    return tabs;
  }

  /** Sends a message from outside the browser, and waits until every tab shows the message. */
  async function receivedInAll(body: string, tabs: readonly Page[]): Promise<void> {
    const clientId = crypto.randomUUID();
    await outside.json("POST", "/messages", { chat: channel.id, clientId, body }, 201);
    for (const tab of tabs) await message(tab, body).waitFor();
  }

  async function connections(): Promise<number> {
    const metrics = await (await fetch(`${stack.serverUrl}/service/metrics`)).text();
    return Number(metrics.match(/^ws_manager_active_chats_total (\d+)/m)?.[1]);
  }

  async function untilConnections(count: number): Promise<void> {
    while ((await connections()) !== count) await Bun.sleep(20);
  }
});
