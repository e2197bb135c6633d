import { expect, test } from "bun:test";
import { join } from "node:path";
import { CLOSES } from "@parley/contracts/closes";
import { ERRORS } from "@parley/contracts/errors";
import { SERVER_ROUTES } from "@parley/contracts/routes";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string) => Bun.file(join(ROOT, path)).text();
const matches = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, found = ""]) => found).toSorted();

/** The names of the contract's table of settings. */
async function settings(): Promise<string[]> {
  const [, section = ""] = (await read("docs/protocol.md")).split("\n## Settings\n");
  const [table = ""] = section.split("\n## ");
  const firstCells = matches(table, /^\|(.*?)\|/gm).join();
  return matches(firstCells, /`([A-Z0-9_]+)`/g);
}

test("the contract lists every error code with its status, and no other", async () => {
  const text = await read("docs/protocol.md");
  const listed = matches(text, /^\| <a id="\w+"><\/a>(`\w+` \| \d+) \|/gm);
  const known = Object.entries(ERRORS).map(([code, { status }]) => `\`${code}\` | ${status}`);
  expect(listed).toEqual(known.toSorted());
});

test("the contract lists every close code", async () => {
  const [, section = ""] = (await read("docs/protocol.md")).split("\n## Close codes\n");
  const [table = ""] = section.split("\n## ");
  const known = Object.values(CLOSES).map(({ code }) => String(code));
  expect(matches(table, /^\| (\d{4}) \|/gm)).toEqual(known.toSorted());
});

test("what the contract calls not served yet is not served", async () => {
  const line = /^Not served yet.*$/m.exec(await read("docs/protocol.md"))?.[0] ?? "";
  const served = SERVER_ROUTES.map(([method, path]) => `${method} ${path}`);
  for (const route of matches(line, /`([A-Z]+ \/[^`]*)`/g))
    expect(served).not.toContain(route.replace(" ", " /service/api"));
});

test("the example of an environment holds every setting", async () => {
  const example = matches(await read(".env.example"), /^#([A-Z0-9_]+)=/gm);
  const forCompose = ["POSTGRES_PASSWORD", "GRAFANA_PASSWORD"];
  expect(example).toEqual([...(await settings()), ...forCompose, "SERVER_HOST"].toSorted());
});

test("README explains every setting", async () => {
  const readme = await read("README.md");
  for (const name of await settings()) expect(readme).toContain(`\`${name}\``);
});
