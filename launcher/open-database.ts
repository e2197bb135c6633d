import { DatabaseFault } from "@parley/db/database-fault";
import { startEmbedded } from "@parley/db/embedded/start-embedded";
import type { Log } from "@parley/platform/process/log";
import { EXIT_CONFIG } from "@parley/platform/process/settings";
import type { LauncherSettings } from "./settings.ts";

/** The database that the launcher runs for the server. */
export interface LauncherDatabase extends AsyncDisposable {
  /** Undefined when `DATABASE_URL` names a database, which then needs no process. */
  readonly url?: string;
}

/**
 * Starts the embedded database unless `DATABASE_URL` names another.
 * @param stop ends the wait for the start.
 * @returns the exit code when the database did not start.
 */
export async function openDatabase(
  { DATABASE_URL, DATA_DIR }: LauncherSettings,
  log: Log,
  stop: AbortSignal,
): Promise<LauncherDatabase | number> {
  if (DATABASE_URL) return { async [Symbol.asyncDispose]() {} };
  try {
    return await startEmbedded(DATA_DIR, log, { stop });
  } catch (error) {
    if (error === stop.reason) return 0;
    if (error instanceof DatabaseFault) {
      console.error(error.message);
      return EXIT_CONFIG;
    }
    log.fatal({ err: error }, "the embedded database does not start");
    return 1;
  }
}
