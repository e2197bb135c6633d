import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import { prepare, type RunBy } from "../runtimes/runtimes.ts";
import { copyEmbeddedTemplate } from "../stack/embedded-database.ts";
import { startProgram } from "../stack/program.ts";

const NO_HOST = (name: string) =>
  `${name} must be an address of this machine, for example ${name}=127.0.0.1\n`;
const NO_FOLDER = "DATA_DIR must be a folder that can be written to, for example DATA_DIR=./data\n";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "parley-alone-"));
  await writeFile(join(folder, "file"), "");
  await copyEmbeddedTemplate(join(folder, "data"));
});
afterAll(() => rm(folder, { recursive: true }));

describe.each([
  ["The server", "SERVER_HOST", async (): Promise<RunBy> => ["server/main.ts"]],
  ["The gateway", "HOST", () => prepare("bun")],
  ["The gateway on Node", "HOST", () => prepare("node")],
] as const)("%s without the launcher", (_, host, prepared) => {
  let runBy: RunBy;
  beforeAll(async () => {
    runBy = await prepared();
  });

  test.each([
    ["an address of another machine", { [host]: "203.0.113.1" }, NO_HOST(host)],
    ["a host that is neither an address nor a name", { [host]: "no host" }, NO_HOST(host)],
    ["an incomplete address", { [host]: "::zz" }, NO_HOST(host)],
    ["a data folder that is a file", { DATA_DIR: "{}/file" }, NO_FOLDER],
    ["a data folder below a file", { DATA_DIR: "{}/file/data" }, NO_FOLDER],
    ["a data folder in which nothing can be created", { DATA_DIR: "/proc" }, NO_FOLDER],
  ] as [string, Record<string, string>, string][])(
    "A process without the launcher exits with 78 and names %s in one line",
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
