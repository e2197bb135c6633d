import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clusterFolder } from "@parley/db/embedded/cluster";
import { startEmbedded } from "@parley/db/embedded/start-embedded";
import { migrateToLatest } from "@parley/db/migrate";
import { openPostgres } from "@parley/db/open";
import { TEST_LOG } from "@parley/db/testing/test-log";

/** Makes a migrated embedded database, whose files tests copy instead of making a database each. */
export async function createEmbeddedTemplate(): Promise<{ path: string } & AsyncDisposable> {
  const dataDir = await mkdtemp(join(tmpdir(), "parley-template-"));
  {
    await using database = await startEmbedded(dataDir, TEST_LOG);
    await using opened = openPostgres(database.url, () => {});
    await migrateToLatest(opened.db);
  }
  return {
    path: clusterFolder(join(dataDir, "database")),
    [Symbol.asyncDispose]: () => rm(dataDir, { recursive: true }),
  };
}
