import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const PACKAGES = ["contracts", "platform", "db", "server", "gateway", "client/src"];

/** The code of the kinds of events themselves: what they store, show and change, and their words. */
const OWN = [
  "server/messages/",
  "server/chats/",
  "client/src/engine/room/",
  "client/src/engine/session/reactions.ts",
  "client/src/room/reaction-row.tsx",
  "client/src/i18n/",
];
/** The tables that a new kind of event is added to; see CONTRIBUTING.md. */
const TABLES = [
  "contracts/events.ts",
  "server/event-kinds.ts",
  "db/schema.ts",
  "client/src/engine/room/event-kinds.ts",
];

/** The paths of source files that are neither tests nor migrations of the database. */
async function sourceFiles(): Promise<string[]> {
  const paths: string[] = [];
  for (const name of PACKAGES)
    for await (const path of new Bun.Glob(`${name}/**/*.{ts,tsx}`).scan(ROOT))
      if (!/node_modules|\.test\.tsx?$|\/testing\/|db\/migrations\//.test(path)) paths.push(path);
  return paths;
}

/** The files outside a resource's own code that a resource needs; see CONTRIBUTING.md. */
const RESOURCE_FILES = [
  "client/src/engine/api/api.ts",
  "contracts/routes.ts",
  "db/schema.ts",
  "server/api.ts",
];

/** The files outside the code of blocks that name its routes, its composition or its table. */
async function filesNamingBlockResource(): Promise<string[]> {
  const named =
    /["'`](?:[A-Z]+ \/service\/api)?\/block["'`/]|\bcreateBlock(?:s|Routes)\b|^ {2}blocks: \w*Table/m;
  const found: string[] = [];
  for (const path of await sourceFiles()) {
    const isOwn = path.startsWith("server/blocks/") || path === "contracts/blocks.ts";
    if (!isOwn && named.test(await Bun.file(join(ROOT, path)).text())) found.push(path);
  }
  return found.toSorted();
}

/** The files that name a kind of event, as a string or as a key of an object. */
async function filesNaming(kind: string): Promise<string[]> {
  const named = new RegExp(`["'\`]${kind}["'\`]|^\\s*${kind}(: |,$|\\()`, "m");
  const found: string[] = [];
  for (const path of await sourceFiles())
    if (named.test(await Bun.file(join(ROOT, path)).text())) found.push(path);
  return found.toSorted();
}

describe("the recipe of an event kind", () => {
  // The names of the other kinds are also names of routes, tables and fields.
  test("A kind of event is named in the tables of the recipe and in its own code alone", async () => {
    const isOwn = (path: string) =>
      !TABLES.includes(path) && OWN.some((place) => path.startsWith(place));
    const named = await filesNaming("reaction");
    expect(named.filter((path) => !isOwn(path))).toEqual(TABLES.toSorted());
  });

  test("An event kind needs at most five files outside its own code, with the list of migrations", () => {
    expect([...TABLES, "db/migrate.ts"].length).toBeLessThanOrEqual(5);
  });
});

describe("the recipe of a REST resource", () => {
  test("The resource of blocks is named in the files of the recipe and in its own code alone", async () => {
    expect(await filesNamingBlockResource()).toEqual(RESOURCE_FILES);
  });

  test("A REST resource needs at most six files outside its own code, with its contract and the list of migrations", () => {
    expect([...RESOURCE_FILES, "contracts/blocks.ts", "db/migrate.ts"].length).toBeLessThanOrEqual(
      6,
    );
  });
});
