import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Installs the packages and builds the page, each only where what it is made from has changed; or ends. */
export async function prepare(root: string): Promise<void> {
  await install(root);
  if (!(await buildPage(root))) process.exit(1);
}

/** Installs the packages where the lock file or a manifest has changed; or ends. */
export async function install(root: string): Promise<void> {
  const made = await makeUnlessFresh(root, "node_modules/.parley-install", lockFiles(root), () =>
    run(root, ["install", "--frozen-lockfile"]),
  );
  if (made === "failed") process.exit(1);
  if (made === "made") startAfresh();
}

/** @returns whether there is a page now. */
export async function buildPage(root: string): Promise<boolean> {
  const sources = ["client", "contracts"].flatMap((folder) => filesUnder(join(root, folder)));
  const made = await makeUnlessFresh(
    root,
    "client/dist/.build-stamp",
    [...sources, ...lockFiles(root)],
    () => run(join(root, "client"), ["node_modules/vite/bin/vite.js", "build"]),
  );
  return made !== "failed";
}

/** What is made is fresh while `stamp`, beside it, holds the fingerprint of its sources. */
async function makeUnlessFresh(
  root: string,
  stamp: string,
  sources: readonly string[],
  make: () => Promise<boolean>,
): Promise<"fresh" | "made" | "failed"> {
  const wanted = fingerprint(root, sources);
  if (readIfThere(join(root, stamp)) === wanted) return "fresh";
  if (!(await make())) return "failed";
  writeFileSync(join(root, stamp), wanted);
  return "made";
}

/** A hash over names and contents: after a checkout, times say nothing. */
function fingerprint(root: string, files: readonly string[]): string {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\0`);
  for (const file of files.toSorted())
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

function lockFiles(root: string): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const folders = ["", ...(workspaces as string[])];
  return [join(root, "bun.lock"), ...folders.map((folder) => join(root, folder, "package.json"))];
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules" && name !== "dist" && !name.includes(".test."))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Bun remembers which packages it did not find: a new program, in this one's process, finds them. */
function startAfresh(): void {
  process.execve?.(process.execPath, [
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ]);
}

/**
 * Runs Bun itself, which is all that a fresh machine has; what it prints is no log, so it goes to stderr.
 * @returns whether it went well.
 */
async function run(cwd: string, command: readonly string[]): Promise<boolean> {
  const bun = [process.execPath, "--no-orphans", ...command];
  const code = await Bun.spawn(bun, { cwd, stdio: ["ignore", 2, 2] }).exited;
  if (code !== 0) console.error(`“bun ${command.join(" ")}” in ${cwd} ended with ${code}`);
  return code === 0;
}
