import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseFault } from "../database-fault.ts";
import { WAL_SEGMENT_MB } from "./configuration.ts";
import type { Programs } from "./programs.ts";

/** The superuser of the cluster, as which Parley connects. */
export const USER = "parley";

/** The folder of the cluster: PostgreSQL's files. */
export function clusterFolder(folder: string): string {
  return join(folder, "postgres");
}

/**
 * Makes the cluster unless it exists. An end of the process in the middle leaves no half of one.
 * @param folder the folder of the database.
 * @throws DatabaseFault when the folder holds a database that this PostgreSQL cannot open.
 */
export async function ensureCluster(folder: string, programs: Programs): Promise<void> {
  const cluster = clusterFolder(folder);
  const version = readVersion(cluster);
  if (version === programs.majorVersion) return;
  if (version !== undefined) throw otherVersionFault(cluster, version, programs.majorVersion);
  const former = join(folder, "pglite");
  if (existsSync(join(former, "PG_VERSION"))) throw pgliteFault(former);
  await createCluster(cluster, programs);
}

async function createCluster(cluster: string, programs: Programs): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const initdb = programs.start("initdb", [
    ...["-D", unfinished, `--username=${USER}`, "--auth=trust", "--encoding=UTF8"],
    ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    ...[`--lc-ctype=${characterTypes()}`, `--wal-segsize=${WAL_SEGMENT_MB}`],
  ]);
  const errors = await new Response(initdb.stderr).text();
  if ((await initdb.exited) !== 0) throw new Error(`initdb failed: ${errors.trim()}`);
  renameSync(unfinished, cluster);
}

/** A locale of Unicode, by which `pg_trgm` recognises letters; on macOS each such locale has a language. */
function characterTypes(): string {
  return process.platform === "darwin" ? "en_US.UTF-8" : "C.UTF-8";
}

function readVersion(cluster: string): string | undefined {
  try {
    return readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  } catch {
    return undefined;
  }
}

function otherVersionFault(cluster: string, found: string, needed: string): DatabaseFault {
  return new DatabaseFault(
    `${cluster} was made by PostgreSQL ${found}, and this Parley brings PostgreSQL ${needed}: run the Parley that made it, or start PostgreSQL ${found} on this folder and set DATABASE_URL`,
  );
}

function pgliteFault(former: string): DatabaseFault {
  return new DatabaseFault(
    `${former} is a PGlite database of an earlier Parley, which this one cannot open: run the earlier Parley, or move that folder away to begin with an empty database`,
  );
}
