import { join } from "node:path";
import type { BrowserContext, Page } from "playwright-core";
import { openBrowser } from "../test/browser/browser.ts";
import { startStack } from "../test/stack/stack.ts";
import { fill } from "./fill.ts";
import { PASSWORD } from "./talk.ts";

const FOLDER = join(import.meta.dir, "../docs/screenshots");
const WIDTHS = { 1280: 800, 390: 844 } as const;
const THEMES = ["light", "dark"] as const;
/** Time after which all animations have ended. */
const SETTLE_MS = 400;

/** Brings a page into the state of its screenshot. */
type Scene = (page: Page, url: string) => Promise<void>;

const BEFORE_SIGN_IN: Readonly<Record<string, Scene>> = {
  async login(page, url) {
    await page.goto(`${url}/login`);
    await page.locator("form button[type=submit]").waitFor();
  },
  async register(page, url) {
    await page.goto(`${url}/register`);
    await page.locator("form button[type=submit]").waitFor();
  },
};

const SIGNED_IN: Readonly<Record<string, Scene>> = {
  async list(page, url) {
    await page.goto(`${url}/chat`);
    await page.getByRole("link", { name: "regatta" }).waitFor();
  },
  async chat(page) {
    await page.getByRole("link", { name: "regatta" }).click();
    await page.getByText("Lanes are drawn").waitFor();
  },
};

/** Takes every screenshot of `docs/screenshots/` anew, on a stack of its own with the demo's chats. */
async function takeAll(): Promise<void> {
  await using stack = await startStack("embedded");
  await fill(stack.url);
  await using browser = await openBrowser();
  for (const [width, height] of Object.entries(WIDTHS))
    for (const theme of THEMES)
      for (const locale of ["en", "ru"] as const) {
        await using context = await browser.newContext({
          viewport: { width: Number(width), height },
          colorScheme: theme,
          locale,
        });
        const suffix = locale === "en" ? "" : `-${locale}`;
        await takeScenes(context, stack.url, `${width}-${theme}${suffix}.png`);
      }
}

async function takeScenes(context: BrowserContext, url: string, ending: string): Promise<void> {
  const page = await context.newPage();
  const take = async (scenes: typeof SIGNED_IN) => {
    for (const [name, go] of Object.entries(scenes)) {
      await go(page, url);
      await page.waitForTimeout(SETTLE_MS);
      await page.screenshot({ path: join(FOLDER, `${name}-${ending}`) });
    }
  };
  await take(BEFORE_SIGN_IN);
  await signIn(context, url);
  await take(SIGNED_IN);
}

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const response = await context.request.post(`${url}/service/api/login`, {
    data: { username: "mira", password: PASSWORD },
  });
  if (!response.ok()) throw new Error(`sign-in failed with ${response.status()}`);
}

await takeAll();
