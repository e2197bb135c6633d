import { mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** A link between two paths below the package; npm packages cannot contain links. */
interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * Makes the links by which PostgreSQL's programs find their libraries: in the package, as its
 * postinstall script would, or in a folder of their own when the package is read-only.
 *
 * Several processes may link the same package at once, because a link is made whole.
 * @param native the folder of `bin`, `lib` and `share`.
 * @param ownFolder a folder that only this process writes to.
 * @returns the folders in which the dynamic linker has to look besides the package; none on macOS, whose
 *   linker ignores such folders for signed programs.
 */
export function linkLibraries(native: string, ownFolder: string): string[] {
  const links: Link[] = JSON.parse(readFileSync(join(native, "pg-symlinks.json"), "utf8"));
  try {
    for (const { source, target } of links)
      linkUnlessPresent(basename(source), join(dirname(native), target));
    return [];
  } catch (error) {
    if (!isReadOnly(error)) throw error;
    rmSync(ownFolder, { recursive: true, force: true });
    mkdirSync(ownFolder, { recursive: true, mode: 0o755 });
    for (const { source, target } of links)
      symlinkSync(join(dirname(native), source), join(ownFolder, basename(target)));
    return [ownFolder, join(native, "lib")];
  }
}

function linkUnlessPresent(source: string, path: string): void {
  try {
    symlinkSync(source, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function isReadOnly(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return ["EROFS", "EACCES", "EPERM"].includes(code);
}
