import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { PAGE_WEIGHT_LIMITS, pageWeights, type WeighedPage } from "./page-weight.ts";

const BUILD = join(import.meta.dir, "../dist");

describe("the weight of a page", () => {
  const script = (name: string) => `console.log(${JSON.stringify(name)});`;
  const gzipped = (...names: string[]) =>
    names.reduce((sum, name) => sum + gzipSync(script(name), { level: 9 }).byteLength, 0);
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dist-"));
    await mkdir(join(folder, "assets"));
    for (const name of ["early-theme", "index", "login", "chat", "shared-worker-1", "dialog"])
      await Bun.write(join(folder, `assets/${name}.js`), script(name));
    await Bun.write(
      join(folder, "index.html"),
      '<script src="/assets/early-theme.js"></script><script type="module" crossorigin src="/assets/index.js"></script>',
    );
    const link = (...names: string[]) =>
      names.map((name) => `</assets/${name}.js>; rel=modulepreload`).join(", ");
    const style = "</assets/chat.css>; rel=preload; as=style; crossorigin";
    await Bun.write(
      join(folder, ".preload.json"),
      JSON.stringify({
        "/login": link("index", "login"),
        "/chat": `${link("index", "chat")}, ${style}`,
      }),
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("The weight of a page is that of its scripts, each counted once", async () => {
    const weights = await pageWeights(folder);
    expect(weights["/login"]).toBe(gzipped("early-theme", "index", "login"));
  });

  test("The weight of the chat includes its shared worker, and no lazy chunk", async () => {
    const weights = await pageWeights(folder);
    expect(weights["/chat"]).toBe(gzipped("early-theme", "index", "chat", "shared-worker-1"));
  });
});

describe.skipIf(!existsSync(join(BUILD, ".preload.json")))("the built page", () => {
  test.each(Object.entries(PAGE_WEIGHT_LIMITS))(
    "The JavaScript of %s weighs at most %i bytes gzipped",
    async (page, limit) => {
      const weights = await pageWeights(BUILD);
      expect(weights[page as WeighedPage]).toBeLessThanOrEqual(limit);
    },
  );
});
