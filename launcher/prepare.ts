import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

/** Installs the packages and builds the page, each only when its sources have changed; exits on failure. */
export async function prepare(root: string): Promise<void> {
  await install(root);
  if (!(await buildPage(root))) process.exit(1);
}

/** Installs the packages when the lock file or a manifest has changed; exits on failure. */
export async function install(root: string): Promise<void> {
  const made = await makeUnlessFresh(root, "node_modules/.parley-install", lockFiles(root), () =>
    run(root, ["install", "--frozen-lockfile"]),
  );
  if (made === "failed") process.exit(1);
  if (made === "made") restartProcess();
}

/**
 * Builds the page when its sources have changed.
 * @returns whether a page exists.
 */
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

/** Runs `make` unless the file `stamp` holds the fingerprint of the sources. */
async function makeUnlessFresh(
  root: string,
  stamp: string,
  sources: readonly string[],
  make: () => Promise<boolean>,
): Promise<"fresh" | "made" | "failed"> {
  const current = fingerprint(root, sources);
  if (readIfPresent(join(root, stamp)) === current) return "fresh";
  if (!(await make())) return "failed";
  writeFileSync(join(root, stamp), current);
  return "made";
}

/** Hashes names and contents, because a checkout changes the times of files. */
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

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Replaces the running program, because Bun remembers which packages it did not find. */
function restartProcess(): void {
  process.execve?.(process.execPath, [
    process.execPath,
    ...process.execArgv,
    ...process.argv.slice(1),
  ]);
}

/**
 * Runs Bun, the only program that a new machine has, with its output on stderr, apart from the log.
 * @returns whether the exit code is 0.
 */
async function run(cwd: string, command: readonly string[]): Promise<boolean> {
  const bun = [process.execPath, "--no-orphans", ...command];
  const code = await Bun.spawn(bun, { cwd, stdio: ["ignore", 2, 2] }).exited;
  if (code !== 0) console.error(`“bun ${command.join(" ")}” in ${cwd} ended with ${code}`);
  return code === 0;
}
