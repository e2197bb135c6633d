import { expect, test } from "bun:test";
import { join } from "node:path";
import { LIMITS } from "@parley/contracts/limits";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string) => Bun.file(join(ROOT, path)).text();
const page = await read("docs/security.md");
/** The words that the page sets in code. */
const named = new Set(page.match(/`[^`]+`/g)?.map((word) => word.slice(1, -1)));

test("The page on security names every setting that is a limit", async () => {
  const [, section = ""] = (await read("docs/settings.md")).split("\n## Limits\n");
  const [table = ""] = section.split("\n## ");
  const limits = [...table.matchAll(/^\| `([A-Z0-9_]+)` \|/gm)].map(([, name = ""]) => name);
  expect(limits.length).toBeGreaterThan(5);
  expect(limits.filter((name) => !named.has(name))).toEqual([]);
});

test("The page on security names every constant of contracts/limits.ts", () => {
  expect(Object.keys(LIMITS).filter((name) => !named.has(name))).toEqual([]);
});

test("The page on security names no file or folder that does not exist", async () => {
  const paths = [...named].filter((word) => /^[a-z]+\/[\w./-]*$/.test(word));
  expect(paths.length).toBeGreaterThan(5);
  for (const path of paths) {
    const isThere = await Bun.file(join(ROOT, path))
      .stat()
      .then(
        () => true,
        () => false,
      );
    expect([path, isThere]).toEqual([path, true]);
  }
});

test("The root says how to report a vulnerability, and leads to the page", async () => {
  const text = await read("SECURITY.md");
  expect(text).toContain("(docs/security.md)");
  expect(text).toContain("/security/advisories/new");
});
