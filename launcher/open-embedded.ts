import { DatabaseFault } from "@parley/db/database-fault";
import type { EngineLog } from "@parley/db/embedded/disk-watch";
import { type EmbeddedDatabase, startEmbedded } from "@parley/db/embedded/start-embedded";
import { EXIT_CONFIG } from "@parley/platform/process/settings";
import type { LazyLog } from "./lazy-log.ts";

/**
 * Starts the embedded database, which the launcher runs for the server.
 * @param stop ends the wait for the start.
 * @returns the exit code when the database did not start.
 */
export async function openEmbedded(
  dataDir: string,
  log: LazyLog,
  stop: AbortSignal,
): Promise<EmbeddedDatabase | number> {
  try {
    return await startEmbedded(dataDir, withoutWaiting(log), { stop });
  } catch (error) {
    if (error === stop.reason) return 0;
    if (error instanceof DatabaseFault) {
      console.error(error.message);
      return EXIT_CONFIG;
    }
    (await log()).fatal({ err: error }, "the embedded database does not start");
    return 1;
  }
}

/** A log for parts that do not wait for a line. */
function withoutWaiting(log: LazyLog): EngineLog {
  return {
    info: (fields, message) => void log().then((loaded) => loaded.info(fields, message)),
    error: (fields, message) => void log().then((loaded) => loaded.error(fields, message)),
  };
}
