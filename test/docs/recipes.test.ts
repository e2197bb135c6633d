import { describe, expect, test } from "bun:test";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const PACKAGES = ["contracts", "platform", "db", "server", "gateway", "client/src"];

/** The code of the kinds of events themselves: what they store, show and change, and their words. */
const KIND_CODE = [
  "server/messages/",
  "server/chats/",
  "client/src/engine/room/",
  "client/src/engine/session/reactions.ts",
  "client/src/room/reaction-row.tsx",
  "client/src/i18n/",
];
/** The page's table of kinds, which stands among the code of the kinds. */
const KIND_TABLE = "client/src/engine/room/event-kinds.ts";

/** The code of blocks in the server, and the parts of the page that hold and show them. */
const BLOCK_CODE = [
  "server/blocks/",
  "client/src/engine/session/",
  "client/src/people/",
  "client/src/room/blocked-notice.tsx",
];

/** The paths of source files that are neither tests nor migrations of the database. */
async function sourceFiles(): Promise<string[]> {
  const paths: string[] = [];
  for (const name of PACKAGES)
    for await (const path of new Bun.Glob(`${name}/**/*.{ts,tsx}`).scan(ROOT))
      if (!/node_modules|\.test\.tsx?$|\/testing\/|db\/migrations\//.test(path)) paths.push(path);
  return paths;
}

/** The files whose text matches, outside the folders and files of the matter itself. */
async function filesMatching(pattern: RegExp, own: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of await sourceFiles()) {
    const isOwn = own.some((place) => path.startsWith(place)) && path !== KIND_TABLE;
    if (!isOwn && pattern.test(await Bun.file(join(ROOT, path)).text())) found.push(path);
  }
  return found;
}

/** The files that import a migration whose text matches. */
async function filesOfMigrations(pattern: RegExp): Promise<string[]> {
  const found = new Set<string>();
  for await (const name of new Bun.Glob("*.ts").scan(join(ROOT, "db/migrations"))) {
    if (name.endsWith(".test.ts")) continue;
    if (!pattern.test(await Bun.file(join(ROOT, "db/migrations", name)).text())) continue;
    const importers = await filesMatching(new RegExp(`/migrations/${name}"`), []);
    for (const path of importers) found.add(path);
  }
  return [...found];
}

const sorted = (paths: Iterable<string>) => [...new Set(paths)].toSorted();

/** The files that name a kind of event, as a string or as a key of an object, or import its migration. */
async function filesOfKind(kind: string): Promise<string[]> {
  const named = new RegExp(`["'\`]${kind}["'\`]|^\\s*${kind}(: |,$|\\()`, "m");
  const migrated = await filesOfMigrations(new RegExp(`["'\`]${kind}["'\`]`));
  return sorted([...(await filesMatching(named, KIND_CODE)), ...migrated]);
}

/** The files that name the routes, the composition or the table of blocks, with the schemas and the list of migrations. */
async function filesOfBlocks(): Promise<string[]> {
  const named =
    /["'`](?:[A-Z]+ \/service\/api)?\/block["'`/]|\bcreateBlock(?:s|Routes)\b|^ {2}blocks: \w*Table/m;
  const migrated = await filesOfMigrations(/create table blocks\b/);
  return sorted(["contracts/blocks.ts", ...(await filesMatching(named, BLOCK_CODE)), ...migrated]);
}

/** The files that use the schemas of blocks, outside their own code. */
async function filesImportingBlocks(): Promise<string[]> {
  return sorted(
    await filesMatching(/from "(?:@parley\/contracts\/blocks|\.\/blocks\.ts)"/, BLOCK_CODE),
  );
}

const section = async (heading: string) =>
  (await Bun.file(join(ROOT, "CONTRIBUTING.md")).text())
    .split(/^### /m)
    .find((text) => text.startsWith(`${heading}\n`)) ?? "";

const pathsIn = (text: string) =>
  [...text.matchAll(/`([\w./<>-]+\.ts)`/g)].map(([, path = ""]) =>
    path.replace("<name>", "blocks"),
  );

/** The paths with which the numbered items of a recipe begin. */
async function listedFiles(heading: string): Promise<string[]> {
  const items = (await section(heading)).match(/^\d+\. [^:]*:/gm) ?? [];
  return sorted(items.flatMap(pathsIn));
}

describe("the recipe of an event kind", () => {
  // The names of the other kinds are also names of routes, tables and fields.
  test("A kind of event is named in the files of the recipe and in its own code alone", async () => {
    expect(await filesOfKind("reaction")).toEqual(await listedFiles("A kind of event"));
  });

  test("An event kind needs at most five files outside its own code, with the list of migrations", async () => {
    const files = await filesOfKind("reaction");
    expect(files).toContain("db/migrate.ts");
    expect(files.length).toBeLessThanOrEqual(5);
  });
});

describe("the recipe of a REST resource", () => {
  test("The resource of blocks is named in the files of the recipe and in its own code alone", async () => {
    expect(await filesOfBlocks()).toEqual(await listedFiles("A REST resource"));
  });

  test("A REST resource needs at most six files outside its own code, with its contract and the list of migrations", async () => {
    const files = await filesOfBlocks();
    expect(files).toContain("db/migrate.ts");
    expect(files.length).toBeLessThanOrEqual(6);
  });

  test("The schemas of blocks are imported by the files of the recipe and by those of the bootstrap and the frames alone", async () => {
    const listed = await listedFiles("A REST resource");
    const others = (await filesImportingBlocks()).filter((path) => !listed.includes(path));
    const live = (await section("A REST resource")).match(/^A resource that .*$/m)?.[0] ?? "";
    expect(others).toEqual(sorted(pathsIn(live)));
  });
});
