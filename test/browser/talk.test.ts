import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { onEachStack } from "../stack/on-each-stack.ts";
import { type Stack, startStack } from "../stack/stack.ts";
import { chatLink, chromiumPath, message, openBrowser, say, signUp } from "./browser.ts";

onEachStack(
  "two people",
  (kind) => {
    let stack: Stack;
    let browsers: Browser[];
    let mira: Page;
    let tomas: Page;

    beforeAll(async () => {
      stack = await startStack(kind, { RATE_LIMIT_RPS: "10", RATE_LIMIT_MESSAGES_RPS: "10" });
      browsers = [await openBrowser(), await openBrowser()];
      [mira, tomas] = (await Promise.all(browsers.map((browser) => browser.newPage()))) as [
        Page,
        Page,
      ];
    });
    afterAll(async () => {
      await Promise.all(browsers.map((browser) => browser.close()));
      await stack[Symbol.asyncDispose]();
    });

    test("Two users register in two browsers, join a channel, and exchange messages", async () => {
      await signUp(mira, stack.url, { username: "mira", name: "Mira Lind" });
      await signUp(tomas, stack.url, { username: "tomas", name: "Tomas Král" });

      await mira.getByRole("button", { name: "New chat" }).click();
      await mira.getByText("Channel", { exact: true }).click();
      await mira.getByLabel("Name", { exact: true }).fill("regatta");
      await mira.getByRole("button", { name: "Create channel" }).click();
      await mira.getByRole("heading", { name: "regatta" }).waitFor();

      await tomas.getByRole("button", { name: "New chat" }).click();
      await tomas.getByText("Browse", { exact: true }).click();
      await tomas.getByRole("button", { name: "Join regatta" }).click();
      await tomas.getByRole("heading", { name: "regatta" }).waitFor();

      await say(mira, "Boats on the water at nine.");
      await message(tomas, "Boats on the water at nine.").waitFor();
      await say(tomas, "I bring the megaphone.");
      await message(mira, "I bring the megaphone.").waitFor();
      expect(await mira.getByText("Sending…").count()).toBe(0);
    });

    test("A reload shows all messages", async () => {
      await tomas.reload();
      await message(tomas, "Boats on the water at nine.").waitFor();
      await message(tomas, "I bring the megaphone.").waitFor();
      expect(await tomas.getByRole("article").filter({ hasText: "megaphone" }).count()).toBe(1);
    });

    test("The other user sees a new avatar", async () => {
      const picture = await mira.screenshot({ clip: { x: 0, y: 0, width: 256, height: 256 } });
      await mira.getByRole("button", { name: "Settings" }).click();
      const chooser = mira.waitForEvent("filechooser");
      await mira.getByText("Choose a picture").click();
      await (await chooser).setFiles({ name: "me.png", mimeType: "image/png", buffer: picture });
      const avatar = message(tomas, "Boats on the water").locator("img");
      await avatar.waitFor();
      expect(await avatar.getAttribute("src")).toStartWith("data:image/webp;base64,");
      await mira.keyboard.press("Escape");
    });

    test("A block for some seconds expires on the page", async () => {
      await mira.getByRole("button", { name: "New chat" }).click();
      const dialog = mira.getByRole("dialog");
      await dialog.getByRole("searchbox", { name: "Find people" }).fill("tomas");
      await dialog.getByRole("button", { name: /Tomas Král/ }).click();
      await mira.getByRole("heading", { name: "Tomas Král" }).waitFor();
      await say(mira, "A word in private?");
      await chatLink(tomas, "Mira Lind").click();
      await message(tomas, "A word in private?").waitFor();

      await mira
        .getByRole("button", { name: /Tomas Král/ })
        .first()
        .click();
      await dialog.getByRole("button", { name: "Block" }).click();
      await dialog.getByText("For", { exact: true }).click();
      await dialog.getByLabel("How long").fill("4");
      await dialog.getByLabel("Unit").selectOption("seconds");
      await dialog.getByRole("button", { name: "Block", exact: true }).click();
      await mira.getByText("You blocked Tomas Král.").first().waitFor();
      await say(tomas, "Are you there?");
      await tomas.getByText("Not sent").waitFor();

      await mira.keyboard.press("Escape");
      await mira.getByRole("textbox", { name: "Message", exact: true }).waitFor();
      await tomas.getByRole("button", { name: "Retry" }).click();
      await message(mira, "Are you there?").waitFor();
      expect(await tomas.getByText("Not sent").count()).toBe(0);
    });

    test("The conversation continues after the server is killed", async () => {
      await stack.server.end("SIGKILL");
      await say(tomas, "Said while the server was away.");
      await tomas.getByText("Sending…").waitFor();
      await stack.startServer();
      await message(mira, "Said while the server was away.").waitFor();
      await tomas.getByText("Sending…").waitFor({ state: "detached" });
      expect(await message(tomas, "Said while the server was away.").count()).toBe(1);
    });

    test("After the gateway is killed, the page says so, reconnects, and loses nothing", async () => {
      await stack.gateway.end("SIGKILL");
      await mira.getByRole("status").filter({ hasText: "Reconnecting…" }).waitFor();
      await say(mira, "Said while the gateway was away.");
      await stack.startGateway();
      await message(tomas, "Said while the gateway was away.").waitFor({ timeout: 60_000 });
      expect(await message(mira, "Said while the gateway was away.").count()).toBe(1);
    });

    test("Signing out leads to the sign-in page, and returning needs the password", async () => {
      await tomas.getByRole("button", { name: "Sign out" }).click();
      await tomas.getByRole("button", { name: "Sign in" }).waitFor();
      await tomas.goto(`${stack.url}/chat`);
      await tomas.getByRole("button", { name: "Sign in" }).waitFor();
      expect(new URL(tomas.url()).pathname).toBe("/login");
      await tomas.getByLabel("Username").fill("tomas");
      await tomas.getByLabel("Password").fill("wrong words here");
      await tomas.getByRole("button", { name: "Sign in" }).click();
      await tomas.getByText("That name and password don’t match.").waitFor();
      await tomas.getByLabel("Password").fill("boats on the water at nine");
      await tomas.getByRole("button", { name: "Sign in" }).click();
      await chatLink(tomas, "regatta").waitFor();
    });
  },
  { needed: chromiumPath !== "" },
);
