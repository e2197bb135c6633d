import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Chat } from "@parley/contracts/chats";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { chatLink, chromiumPath, message, openBrowser, say } from "./browser.ts";

describe.skipIf(!chromiumPath)("requests and many chats in a browser", () => {
  let stack: Stack;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let mira: Person;
  let stranger: Person;

  beforeAll(async () => {
    stack = await startStack("embedded");
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    mira = await Person.register(stack.url, "mira");
    stranger = await Person.register(stack.url, "stranger");
    context = await browser.newContext({ locale: "en" });
    await context.addCookies([{ name: "token", value: mira.token, url: stack.url }]);
    page = await context.newPage();
  });
  afterEach(() => context.close());

  const requests = () => page.getByRole("list", { name: "Requests" });
  const composer = () => page.getByRole("textbox", { name: "Message", exact: true });
  const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

  async function askDirectly(body: string): Promise<Chat> {
    const chat = await stranger.create({ kind: "direct", members: [mira.id] });
    const draft = { chat: chat.id, clientId: crypto.randomUUID(), body };
    await stranger.json("POST", "/messages", draft, 201);
    return chat;
  }

  test("A request is listed apart and in no title, and can be read before it is accepted", async () => {
    await page.goto(`${stack.url}/chat`);
    await page.getByRole("button", { name: "New chat" }).waitFor();
    await askDirectly("Shall we row together?");
    await requests().getByRole("link").click();
    await message(page, "Shall we row together?").waitFor();
    expect(await page.title()).not.toStartWith("(");
    expect(await composer().count()).toBe(0);
    await press("Accept");
    await composer().waitFor();
    expect(await requests().count()).toBe(0);
    await say(page, "Gladly.");
    await message(page, "Gladly.").and(page.locator("[data-seq]")).waitFor();
  });

  test("A group that is declined disappears without another request for it, and its maker learns that nobody joined", async () => {
    const { id } = await stranger.create({
      kind: "group",
      name: "Free boats",
      members: [mira.id],
    });
    await page.goto(`${stack.url}/chat/${id}`);
    const asked: string[] = [];
    page.on("request", (request) => request.method() === "GET" && asked.push(request.url()));
    await press("Decline");
    await page.waitForURL(`${stack.url}/chat`);
    expect(await requests().count()).toBe(0);
    expect(asked).not.toContain(`${stack.url}/service/api/chats/${id}`);
    expect((await stranger.json<Chat>("GET", `/chats/${id}`)).members).toBe(1);
  });

  test("Blocking the stranger takes all requests of the stranger away", async () => {
    await stranger.create({ kind: "group", name: "Free boats", members: [mira.id] });
    const { id } = await askDirectly("Look at this.");
    await page.goto(`${stack.url}/chat/${id}`);
    await requests().getByRole("link", { name: "Free boats" }).waitFor();
    await press("Block");
    await page.getByRole("dialog").getByRole("button", { name: "Block", exact: true }).click();
    await page.waitForURL(`${stack.url}/chat`);
    await requests().waitFor({ state: "detached" });
  });

  test("Many requests take little room in the list until they are asked for", async () => {
    for (let n = 1; n <= 5; n++)
      await stranger.create({ kind: "group", name: `Offer ${n}`, members: [mira.id] });
    await page.goto(`${stack.url}/chat`);
    await requests().waitFor();
    expect(await requests().getByRole("link").count()).toBe(3);
    await press("Show 2 more");
    expect(await requests().getByRole("link").count()).toBe(5);
  });

  describe("a user with more chats than the page loads at once", () => {
    const COUNT = 205;
    let chats: Chat[];

    beforeEach(async () => {
      const owners = await Promise.all([1, 2, 3].map(() => Person.register(stack.url, "owner")));
      chats = [];
      for (let n = 0; n < COUNT; n++) {
        const name = `channel-${String(n).padStart(3, "0")}`;
        const owner = owners[n % owners.length] as Person;
        const { id } = await owner.create({ kind: "channel", name, visibility: "public" });
        chats.push(await mira.json<Chat>("POST", `/chats/${id}/join`));
      }
    });

    const links = () => page.getByRole("list", { name: "Channels" }).getByRole("link");

    test("The list loads the further chats when it is asked to", async () => {
      await page.goto(`${stack.url}/chat`);
      await chatLink(page, `channel-${COUNT - 1}`).waitFor();
      expect(await links().count()).toBe(200);
      await press("Show more chats");
      await page.getByRole("button", { name: "Show more chats" }).waitFor({ state: "detached" });
      expect(await links().count()).toBe(COUNT);
    });

    test("Jump, an address and an event find a chat that the page has not loaded", async () => {
      const [first, second, third] = chats as [Chat, Chat, Chat];
      await page.goto(`${stack.url}/chat/${first.id}`);
      await composer().waitFor();
      const draft = { chat: second.id, clientId: crypto.randomUUID(), body: "Here is news." };
      await mira.json("POST", "/messages", draft, 201);
      await chatLink(page, second.name).waitFor();
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog", { name: "Jump" }).getByRole("searchbox").fill(third.name);
      await page.getByRole("option", { name: third.name }).first().click();
      await page.waitForURL(`**/${third.id}`);
      await composer().waitFor();
    });
  });
});
