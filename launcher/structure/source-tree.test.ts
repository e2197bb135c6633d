import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isTest, readSourceTree } from "./source-tree.ts";

const FILES = {
  "package.json": '{ "workspaces": ["contracts", "server"] }',
  "contracts/package.json": '{ "name": "@parley/contracts", "exports": { "./*": "./*.ts" } }',
  "contracts/frames.ts": "export type Frame = string;",
  "server/package.json": '{ "name": "@parley/server" }',
  "server/a.ts": `
    import { join } from "node:path";
    import type { Frame } from "@parley/contracts/frames";
    import { type B, b } from "./b.ts";
    export { type C } from "./c.ts";
    const late = () => import("./late.ts");
  `,
  "server/b.ts": 'const text = `import { c } from "./c.ts"`;',
  "server/c.ts": "",
  "server/late.ts": "",
  "server/dist/built.ts": 'import "../a.ts";',
  "server/node_modules/hono/index.ts": "",
};

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "parley-tree-"));
  for (const [path, text] of Object.entries(FILES)) await Bun.write(join(root, path), text);
});
afterAll(() => rm(root, { recursive: true }));

describe("readSourceTree", () => {
  test("Installed and built files are left out", () => {
    expect(readSourceTree(root).files.map(({ path }) => path)).toEqual([
      "contracts/frames.ts",
      "server/a.ts",
      "server/b.ts",
      "server/c.ts",
      "server/late.ts",
    ]);
  });

  test("Imports are found in every form, through package names, and not in strings", () => {
    expect(readSourceTree(root).edges).toEqual([
      { from: "server/a.ts", to: "contracts/frames.ts", isType: true },
      { from: "server/a.ts", to: "server/b.ts", isType: false },
      { from: "server/a.ts", to: "server/c.ts", isType: true },
      { from: "server/a.ts", to: "server/late.ts", isType: false },
    ]);
  });
});

test.each([
  ["server/messages/send.test.ts", true],
  ["server/testing/database.ts", true],
  ["test/stack/person.ts", true],
  ["server/messages/send.ts", false],
])("The call isTest(%j) returns %j", (path, expected) => {
  expect(isTest(path)).toBe(expected);
});
