import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@parley/platform/testing/free-port";
import { copyEmbeddedTemplate, untilDatabaseEnded } from "./embedded-database.ts";

const ROOT = join(import.meta.dir, "../..");

const DIRECTLY = [process.execPath, "--no-env-file", "launcher/start.ts"];

interface LauncherOptions {
  /** A folder that keeps its data; a temporary one when absent. */
  readonly dataDir?: string;
  readonly settings?: Record<string, string>;
  readonly command?: readonly string[];
  /** Whether the server has to make its database. */
  readonly isFirst?: boolean;
}

export type Launcher = Awaited<ReturnType<typeof startLauncher>>;

/** Runs `bun start` with ports and a data folder of its own. */
export async function startLauncher({
  dataDir: given,
  settings = {},
  command = DIRECTLY,
  isFirst = false,
}: LauncherOptions = {}) {
  const dataDir = given ?? (await mkdtemp(join(tmpdir(), "parley-start-")));
  if (given === undefined && !isFirst) await copyEmbeddedTemplate(dataDir);
  const [gatewayPort, serverPort] = [freePort(), freePort()];
  const child = Bun.spawn([...command], {
    cwd: ROOT,
    env: {
      PATH: process.env["PATH"] ?? "",
      DATA_DIR: dataDir,
      GATEWAY_PORT: String(gatewayPort),
      SERVER_PORT: String(serverPort),
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { out: "", err: "" };
  const reading = [collect(child.stdout, "out"), collect(child.stderr, "err")];

  async function collect(stream: ReadableStream<Uint8Array>, kind: "out" | "err") {
    const decoder = new TextDecoder();
    for await (const chunk of stream) printed[kind] += decoder.decode(chunk, { stream: true });
  }

  return {
    url: `http://localhost:${gatewayPort}`,
    dataDir,
    printed,
    child,
    async ended(): Promise<number> {
      const code = await child.exited;
      await Promise.all(reading);
      return code;
    },
    async untilPrinted(text: string): Promise<void> {
      while (!printed.out.includes(text)) {
        if (child.exitCode !== null) throw new Error(`ended early: ${printed.err}`);
        await Bun.sleep(20);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
      // The pipes stay open until the programs that the launcher started have ended, too.
      await Promise.all(reading);
      await untilDatabaseEnded(dataDir);
      if (given === undefined) await rm(dataDir, { recursive: true });
    },
  };
}

/** Finds the process that the launcher started with a script. */
export async function childOf(launcher: number, script: string): Promise<number> {
  const pgrep = Bun.spawn(["pgrep", "-P", String(launcher), "-f", script]);
  return Number(await new Response(pgrep.stdout).text());
}
