import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockFiles, makeUnlessFresh, sourcesIn } from "./make-unless-fresh.ts";
import { runBun } from "./run-bun.ts";

/** The programs by name, with the file that starts each. */
const PROGRAMS = {
  server: "server/main.ts",
  gateway: "gateway/main.ts",
  launcher: "launcher/supervisor.ts",
};
const SOURCES = ["contracts", "platform", "db", ...Object.keys(PROGRAMS)];
/**
 * What is imported on demand stays a file of its own. Names are kept, because errors and logs show them,
 * and so do the source maps the lines.
 */
const OPTIONS = [
  ...["--target=bun", "--splitting", "--minify-whitespace", "--minify-syntax"],
  "--sourcemap=linked",
];
/** The launcher runs the embedded database, which finds its package from its own folder. */
const LAUNCHER_OPTIONS = ["--external=@parley/db/*"];

/**
 * Makes `dist/server.js`, `dist/gateway.js` and `dist/launcher.js` when their sources have changed. As
 * one file, a process takes 5 to 10 MB less than as a module for each of hundreds of files.
 * @returns whether they exist.
 */
export async function bundlePrograms(root: string): Promise<boolean> {
  const sources = [...sourcesIn(root, SOURCES), ...lockFiles(root)];
  const files = Object.keys(PROGRAMS).map((name) => `dist/${name}.js`);
  const bundles = { stamp: "dist/.build-stamp", files };
  return (await makeUnlessFresh(root, bundles, sources, () => bundleAll(root))) !== "failed";
}

async function bundleAll(root: string): Promise<boolean> {
  // A start at the same moment, or a program that reads its bundle, meets only whole files.
  const unfinished = join(root, `dist.${process.pid}`);
  try {
    const made = await Promise.all(
      Object.entries(PROGRAMS).map(([name, entry]) => bundle(root, name, entry, unfinished)),
    );
    if (made.includes(false)) return false;
    moveInto(unfinished, join(root, "dist"));
    return true;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function bundle(root: string, name: string, entry: string, folder: string): Promise<boolean> {
  const naming = [`--entry-naming=${name}.[ext]`, `--chunk-naming=${name}-[name]-[hash].[ext]`];
  const options = [...OPTIONS, ...(name === "launcher" ? LAUNCHER_OPTIONS : [])];
  const command = ["build", entry, ...options, `--outdir=${folder}`, ...naming];
  return runBun(root, command, { quiet: true });
}

/** Moves the files into the folder, parts before the programs that import them. */
function moveInto(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const isProgram = (file: string) => file.replace(/\.js$/, "") in PROGRAMS;
  const files = readdirSync(from).toSorted((a, b) => Number(isProgram(a)) - Number(isProgram(b)));
  for (const file of files) renameSync(join(from, file), join(to, file));
}
