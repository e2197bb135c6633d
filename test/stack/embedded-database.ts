import { existsSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";

/** The files of PostgreSQL, in a data folder. */
export const CLUSTER = "database/postgres";

/**
 * Puts a copy of the migrated database that `TEST_EMBEDDED_CLUSTER` names into a data folder; without
 * the variable, the server makes its database.
 */
export async function copyEmbeddedTemplate(dataDir: string): Promise<void> {
  const cluster = process.env["TEST_EMBEDDED_CLUSTER"];
  if (cluster) await cp(cluster, join(dataDir, CLUSTER), { recursive: true });
}

/** Waits until no PostgreSQL uses the data folder, as after the death of the process that started it. */
export async function untilDatabaseEnded(dataDir: string): Promise<void> {
  while (existsSync(join(dataDir, CLUSTER, "postmaster.pid"))) await Bun.sleep(20);
}
