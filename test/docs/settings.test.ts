import { expect, test } from "bun:test";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string) => Bun.file(join(ROOT, path)).text();
const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found).toSorted();

test("The example of an environment holds every setting of the tables, and no other", async () => {
  const listed = matches(await read("docs/settings.md"), /^\| `([A-Z0-9_]+)` \|/gm);
  expect(listed.length).toBeGreaterThan(20);
  expect(matches(await read(".env.example"), /^#([A-Z0-9_]+)=/gm)).toEqual(listed);
});

test("Docker Compose hands no variable to a process that is not in the tables", async () => {
  const listed = matches(await read("docs/settings.md"), /^\| `([A-Z0-9_]+)` \|/gm);
  const used = matches(await read("docker-compose.yml"), /\$\{([A-Z0-9_]+)/g);
  expect(used.filter((name) => !listed.includes(name))).toEqual([]);
});
