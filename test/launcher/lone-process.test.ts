import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepare, type RunBy } from "../runtimes/runtimes.ts";
import { freePort, startProgram } from "../stack/program.ts";

const NO_HOST = (name: string) =>
  `${name} must be an address of this machine, for example ${name}=127.0.0.1\n`;
const NO_FOLDER = "DATA_DIR must be a folder that can be written to, for example DATA_DIR=./data\n";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-alone-"));
  await writeFile(join(folder, "file"), "");
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  ["the server", "SERVER_HOST", async (): Promise<RunBy> => ["server/main.ts"]],
  ["the gateway", "HOST", () => prepare("bun")],
  ["the gateway on Node", "HOST", () => prepare("node")],
] as const)("%s alone", (_, host, prepared) => {
  let runBy: RunBy;
  beforeAll(async () => {
    runBy = await prepared();
  });

  test.each([
    ["an address that is elsewhere", { [host]: "203.0.113.1" }, NO_HOST(host)],
    ["no address and no name", { [host]: "no host" }, NO_HOST(host)],
    ["half an address", { [host]: "::zz" }, NO_HOST(host)],
    ["a folder that is a file", { DATA_DIR: "{}/file" }, NO_FOLDER],
    ["a folder below a file", { DATA_DIR: "{}/file/data" }, NO_FOLDER],
    ["a folder in which nothing can be made", { DATA_DIR: "/proc" }, NO_FOLDER],
  ] as [string, Record<string, string>, string][])(
    "ends with 78 and one line for %s",
    async (_, settings, line) => {
      const env = { DATA_DIR: join(folder, "data"), ...settings };
      const ports = { GATEWAY_PORT: String(freePort()), SERVER_PORT: String(freePort()) };
      const [file, ...runtime] = runBy;
      const program = startProgram(
        file,
        { ...env, ...ports, DATA_DIR: env.DATA_DIR.replace("{}", folder) },
        { runtime },
      );
      expect(await program.exited).toBe(78);
      while (program.errors() === "") await Bun.sleep(5);
      expect(program.errors()).toBe(line);
      expect(program.output()).not.toContain("fatal");
    },
  );
});
