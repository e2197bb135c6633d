import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** What runs a gateway: the file, and the command that runs it where that is not Bun. */
export type RunBy = [file: string, ...command: string[]];

export const RUNTIMES = ["bun", "node"] as const;

/** Makes ready what a runtime runs; for Node, which reads no TypeScript, all in one file. */
export async function prepare(runtime: (typeof RUNTIMES)[number]): Promise<RunBy> {
  if (runtime === "bun") return ["gateway/main.ts"];
  const outdir = await mkdtemp(join(tmpdir(), "parley-node-"));
  const entrypoints = [join(ROOT, "gateway/main-node.ts")];
  const { outputs } = await Bun.build({
    entrypoints,
    outdir,
    target: "node",
    naming: "[name].mjs",
  });
  return [outputs[0]?.path ?? "", "node"];
}
