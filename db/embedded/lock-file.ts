import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The file by which PostgreSQL locks a cluster. */
export function lockFile(cluster: string): string {
  return join(cluster, "postmaster.pid");
}

/**
 * Reads the first and the last line of PostgreSQL's lock file: the number of the process, and whether
 * PostgreSQL accepts connections.
 * @returns undefined when there is no such file.
 * @see https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/utils/pidfile.h
 */
export function readLockFile(cluster: string): { pid: number; isReady: boolean } | undefined {
  try {
    const lines = readFileSync(lockFile(cluster), "utf8").split("\n");
    return { pid: Number(lines[0]), isReady: lines[7]?.trim() === "ready" };
  } catch {
    return undefined;
  }
}
