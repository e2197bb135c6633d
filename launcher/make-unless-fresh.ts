import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";

interface Made {
  /** The file that holds the fingerprint of the sources. */
  readonly stamp: string;
  /** Files without which nothing starts: whoever deletes them may leave the stamp. */
  readonly files: readonly string[];
}

/** Runs `make` unless all files exist and the stamp holds the fingerprint of the sources. */
export async function makeUnlessFresh(
  root: string,
  { stamp, files }: Made,
  sources: readonly string[],
  make: () => Promise<boolean>,
): Promise<"fresh" | "made" | "failed"> {
  const current = fingerprint(root, sources);
  const isWhole = files.every((file) => existsSync(join(root, file)));
  if (isWhole && readIfPresent(join(root, stamp)) === current) return "fresh";
  if (!(await make())) return "failed";
  writeFileSync(join(root, stamp), current);
  return "made";
}

/** The sources in some folders of the repository, tests left out. */
export function sourcesIn(root: string, folders: readonly string[]): string[] {
  return folders.flatMap((folder) => filesUnder(join(root, folder)));
}

/** The files that say which packages are installed. */
export function lockFiles(root: string): string[] {
  const { workspaces } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const folders = ["", ...(workspaces as string[])];
  return [join(root, "bun.lock"), ...folders.map((folder) => join(root, folder, "package.json"))];
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
