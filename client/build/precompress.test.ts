import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import { precompressFolder } from "./precompress.ts";

const SCRIPT = "console.log('hello');\n".repeat(100);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dist-"));
  await mkdir(join(folder, "assets"));
  await Bun.write(join(folder, "assets/app.js"), SCRIPT);
  await Bun.write(join(folder, "tiny.css"), "a{}");
  await Bun.write(join(folder, "picture.png"), SCRIPT);
  await Bun.write(join(folder, ".hints.json"), SCRIPT);
  await precompressFolder(folder);
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  [".br", brotliDecompressSync],
  [".zst", zstdDecompressSync],
  [".gz", gunzipSync],
])(
  "A text file has a smaller variant with the suffix %s and the same content",
  async (suffix, decompress) => {
    const variant = await Bun.file(join(folder, `assets/app.js${suffix}`)).bytes();
    expect(variant.byteLength).toBeLessThan(SCRIPT.length);
    expect(decompress(variant).toString()).toBe(SCRIPT);
  },
);

test("Tiny, compressed and hidden files have no variants", async () => {
  expect((await readdir(folder)).toSorted()).toEqual([
    ".hints.json",
    "assets",
    "picture.png",
    "tiny.css",
  ]);
});
