import { describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { testPhases } from "./test-groups.ts";

const FILES = [
  "client/src/outbox.test.ts",
  "client/node_modules/solid-js/solid.test.ts",
  "node_modules/hono/hono.test.ts",
  "server/messages/writer.test.ts",
  "server/users/password.test.ts",
  "test/abuse/bodies.test.ts",
  "test/abuse/search.test.ts",
  "test/browser/talk.test.ts",
  "test/crash/hostile.test.ts",
  "test/crash/kill.test.ts",
  "test/crash/torture.test.ts",
  "test/security/paths.test.ts",
];

describe("testPhases", () => {
  test("Units and most tests of processes run beside faults, and attacks run in the end, one on the processor at a time", () => {
    using root = tree();
    const [first, last, ...others] = testPhases(root.path, []).map((lanes) =>
      lanes.map((lane) => lane.map(({ name, files }) => [name, files])),
    );
    expect(first).toEqual([
      [
        ["units", ["server/messages/writer.test.ts", "server/users/password.test.ts"]],
        ["units of the page", ["client/src/outbox.test.ts"]],
        ["processes", ["test/browser/talk.test.ts", "test/security/paths.test.ts"]],
      ],
      [["test/crash/kill.test.ts", ["test/crash/kill.test.ts"]]],
      [["test/crash/torture.test.ts", ["test/crash/torture.test.ts"]]],
    ]);
    expect(last).toEqual([
      [["test/abuse/bodies.test.ts", ["test/abuse/bodies.test.ts"]]],
      [
        ["test/abuse/search.test.ts", ["test/abuse/search.test.ts"]],
        ["test/crash/hostile.test.ts", ["test/crash/hostile.test.ts"]],
      ],
    ]);
    expect(others).toEqual([]);
  });

  test("Words select the files whose path contains one of the words", () => {
    using root = tree();
    const groups = testPhases(root.path, ["messages", "kill"]).flat(2);
    expect(groups.flatMap(({ files }) => files)).toEqual([
      "server/messages/writer.test.ts",
      "test/crash/kill.test.ts",
    ]);
  });

  test("Words that no path contains select no file", () => {
    using root = tree();
    expect(testPhases(root.path, ["nothing"])).toEqual([]);
  });

  test("Only tests of the page run with the build of packages that is made for browsers", () => {
    using root = tree();
    const forBrowsers = testPhases(root.path, [])
      .flat(2)
      .filter(({ options }) => options.includes("--conditions=browser"));
    expect(forBrowsers.map(({ name }) => name)).toEqual(["units of the page"]);
  });
});

function tree(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "parley-groups-"));
  for (const file of FILES) writeFileDeep(join(path, file));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

function writeFileDeep(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
}
