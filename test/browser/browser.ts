import { type Browser, chromium, type Page } from "playwright-core";

/** Flags for a machine without a display, on which the tests may run as root. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const chromiumPath = process.env["TEST_CHROMIUM"] ?? "";

/** Starts a new browser with a new profile. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: FLAGS });
}

/** Registers on the page, and waits for the list of chats. */
export async function signUp(page: Page, url: string, person: { username: string; name: string }) {
  await page.goto(`${url}/register`);
  await page.getByLabel("Username").fill(person.username);
  await page.getByLabel("Display name").fill(person.name);
  await page.getByLabel("Password").fill("boats on the water at nine");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("navigation", { name: "Chats" }).waitFor();
}

export async function say(page: Page, words: string): Promise<void> {
  const composer = page.getByRole("textbox", { name: "Message", exact: true });
  await composer.fill(words);
  await composer.press("Enter");
}

/** Locates the message that contains these words. */
export function message(page: Page, words: string) {
  return page
    .getByRole("log", { name: "Messages" })
    .getByRole("article")
    .filter({ hasText: words });
}

export function chatLink(page: Page, name: string) {
  return page.getByRole("navigation", { name: "Chats" }).getByRole("link", { name });
}
