import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import { copyEmbeddedTemplate } from "../stack/embedded-database.ts";
import { executedFiles } from "./send-path/executed-files.ts";

const ROOT = join(import.meta.dir, "../..");
const [FEWER, MORE] = [5, 105];

test("The document on the architecture lists exactly the files whose code runs for each message", async () => {
  const folder = await mkdtemp(join(tmpdir(), "parley-send-path-"));
  try {
    const [fewer, more] = [await coverage(folder, FEWER), await coverage(folder, MORE)];
    const executed = executedFiles(fewer, more, MORE - FEWER);
    expect(await listedFiles()).toEqual(executed.filter((file) => !file.startsWith("test/")));
  } finally {
    await rm(folder, { recursive: true });
  }
}, 180_000);

/** Sends that many messages, one after the other, and reports how often each line ran. */
async function coverage(folder: string, messages: number): Promise<string> {
  const output = join(folder, `coverage-${messages}`);
  const dataDir = join(folder, `data-${messages}`);
  await copyEmbeddedTemplate(dataDir);
  const script = "./test/docs/send-path/send-messages.ts";
  const report = ["--coverage", "--coverage-reporter=lcov", `--coverage-dir=${output}`];
  const run = Bun.spawn(
    [process.execPath, "--no-env-file", "test", script, ...report, "--timeout=120000"],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        MESSAGES: String(messages),
        DATA_DIR: dataDir,
        SERVER_PORT: String(freePort()),
        GATEWAY_PORT: String(freePort()),
        RATE_LIMIT_MESSAGES_RPS: "10000",
        LOG_LEVEL: "silent",
      },
      stdout: "ignore",
      stderr: "pipe",
    },
  );
  const errors = await new Response(run.stderr).text();
  if ((await run.exited) !== 0) throw new Error(errors);
  return Bun.file(join(output, "lcov.info")).text();
}

/** The files that the table of a message's stations names. */
async function listedFiles(): Promise<string[]> {
  const text = await Bun.file(join(ROOT, "docs/architecture.md")).text();
  const section = /^### Stations$(.+?)^#/ms.exec(text)?.[1] ?? "";
  const files = [...section.matchAll(/`([a-z-]+\/[^` ]+\.ts)`/g)].map(([, file = ""]) => file);
  return [...new Set(files)].toSorted();
}
