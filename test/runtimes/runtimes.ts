import { rename } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** The file of a gateway, and the command that runs it when that is not Bun. */
export type RunBy = [file: string, ...command: string[]];

export const RUNTIMES = ["bun", "node"] as const;

/** Prepares the gateway for a runtime: a bundle for Node, nothing for Bun. */
export async function prepare(runtime: (typeof RUNTIMES)[number]): Promise<RunBy> {
  if (runtime === "bun") return ["gateway/main.ts"];
  built ??= build();
  return [await built, "node"];
}

let built: Promise<string> | undefined;

/** Bundles the gateway into one file for Node. The rename is atomic, because parallel tests write the same file. */
async function build(): Promise<string> {
  const file = join(ROOT, "node_modules/.cache/parley/main-node.mjs");
  const entrypoints = [join(ROOT, "gateway/main-node.ts")];
  const { outputs } = await Bun.build({ entrypoints, target: "node" });
  const unfinished = `${file}.${process.pid}`;
  await Bun.write(unfinished, outputs[0] ?? "");
  await rename(unfinished, file);
  return file;
}
