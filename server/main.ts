import { FolderLockedError } from "@parley/db/folder-lock";
import { createLog } from "@parley/platform/process/log";
import { exitOnSettingFault } from "@parley/platform/process/setting-fault";
import { EXIT_CONFIG, readSettingsOrExit } from "@parley/platform/process/settings";
import { waitForStopSignal } from "@parley/platform/process/stop-signal";
import { startServer } from "./server.ts";
import { incompleteSettings, listenAddressOf, SETTINGS } from "./settings.ts";

const settings = readSettingsOrExit(SETTINGS, process.env, incompleteSettings);
const log = createLog("server", settings.LOG_LEVEL);
const signal = waitForStopSignal();

try {
  await using server = await startServer(settings, log);
  log.info({ url: server.url.href }, "server listening");
  const reason = await Promise.race([signal, server.failed]);
  if (reason instanceof Error) throw reason;
  log.info({ signal: reason }, "server stopping");
} catch (error) {
  exitOnSettingFault(error, listenAddressOf(settings));
  if (error instanceof FolderLockedError) {
    log.fatal(error.message);
    process.exit(EXIT_CONFIG);
  }
  if (isRefusedByDatabase(error))
    log.fatal(
      `DATABASE_URL names a database that cannot be used: ${error.message} (${error.code})`,
    );
  else log.fatal({ err: error }, "server failed");
  process.exit(1);
}
process.exit(0);

/** Whether the error has an SQLSTATE of PostgreSQL or the code of a network failure. */
function isRefusedByDatabase(error: unknown): error is Error & { code: string } {
  const { code } = error as { code?: unknown };
  const databaseCodes =
    /^([0-9A-Z]{5}|ECONN\w+|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EAI_\w+)$/;
  return (
    settings.DATABASE_URL !== undefined && typeof code === "string" && databaseCodes.test(code)
  );
}
