import { afterAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseFault } from "../database-fault.ts";
import { lockFolder } from "./folder-lock.ts";

const folders: string[] = [];
const folder = async () => {
  const path = await mkdtemp(join(tmpdir(), "parley-lock-"));
  folders.push(path);
  return path;
};
afterAll(() => Promise.all(folders.map((path) => rm(path, { recursive: true }))));

const holder = (path: string) =>
  Bun.spawn(
    [
      process.execPath,
      "-e",
      `import { lockFolder } from "${join(import.meta.dir, "folder-lock.ts")}";
       globalThis.lock = lockFolder(${JSON.stringify(path)});
       console.log("held");
       setInterval(() => {}, 1000);`,
    ],
    { stdout: "pipe" },
  );

test("A second process can’t lock the folder and is told how to proceed", async () => {
  const path = await folder();
  const other = holder(path);
  await other.stdout.getReader().read();
  expect(() => lockFolder(path)).toThrow(DatabaseFault);
  expect(() => lockFolder(path)).toThrow(/set DATA_DIR to another folder/);
  other.kill("SIGKILL");
  await other.exited;
  using lock = lockFolder(path);
  expect(lock).toBeDefined();
});

test("A released folder can be locked again", async () => {
  const path = await folder();
  lockFolder(path)[Symbol.dispose]();
  lockFolder(path)[Symbol.dispose]();
});
