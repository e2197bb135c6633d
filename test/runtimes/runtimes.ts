import { rename } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** What runs a gateway: the file, and the command that runs it where that is not Bun. */
export type RunBy = [file: string, ...command: string[]];

export const RUNTIMES = ["bun", "node"] as const;

/** Makes ready what a runtime runs. */
export async function prepare(runtime: (typeof RUNTIMES)[number]): Promise<RunBy> {
  if (runtime === "bun") return ["gateway/main.ts"];
  built ??= build();
  return [await built, "node"];
}

let built: Promise<string> | undefined;

/** Puts all in one file, for Node reads no TypeScript. Tests that run at the same time write the same. */
async function build(): Promise<string> {
  const file = join(ROOT, "node_modules/.cache/parley/main-node.mjs");
  const entrypoints = [join(ROOT, "gateway/main-node.ts")];
  const { outputs } = await Bun.build({ entrypoints, target: "node" });
  const unfinished = `${file}.${process.pid}`;
  await Bun.write(unfinished, outputs[0] ?? "");
  await rename(unfinished, file);
  return file;
}
