import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testRuns } from "./test-runs.ts";

const FILES = [
  "client/src/outbox.test.ts",
  "client/node_modules/solid-js/solid.test.ts",
  "node_modules/hono/hono.test.ts",
  "server/messages/writer.test.ts",
  "server/messages/writer.ts",
  "server/users/password.test.ts",
  "test/browser/talk.test.ts",
  "test/crash/kill.test.ts",
];

describe("testRuns", () => {
  test("gathers tests by workspace, and what crosses processes by its kind", async () => {
    using root = await tree();
    expect(testRuns(root.path, []).map(({ name, files }) => [name, files])).toEqual([
      ["client", ["client/src/outbox.test.ts"]],
      ["server", ["server/messages/writer.test.ts", "server/users/password.test.ts"]],
      ["test/browser", ["test/browser/talk.test.ts"]],
      ["test/crash", ["test/crash/kill.test.ts"]],
    ]);
  });

  test("takes those whose path holds a word", async () => {
    using root = await tree();
    const runs = testRuns(root.path, ["messages", "crash"]);
    expect(runs.flatMap(({ files }) => files)).toEqual([
      "server/messages/writer.test.ts",
      "test/crash/kill.test.ts",
    ]);
  });

  test("runs the page's tests with the browser's build of its packages", async () => {
    using root = await tree();
    const conditions = testRuns(root.path, []).map(({ name, options }) => [
      name,
      options.includes("--conditions=browser"),
    ]);
    expect(conditions.filter(([, browser]) => browser)).toEqual([["client", true]]);
  });
});

async function tree() {
  const path = mkdtempSync(join(tmpdir(), "parley-runs-"));
  for (const file of FILES) await Bun.write(join(path, file), "");
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
