import { parseArgs } from "node:util";
import { DatabaseFault } from "@parley/db/database-fault";
import { DatabaseAwayError } from "@parley/db/wait-for-database";
import { createLog } from "@parley/platform/process/log";
import { releaseMemoryWhenQuiet } from "@parley/platform/process/memory-release";
import { exitOnSettingFault } from "@parley/platform/process/setting-fault";
import { EXIT_CONFIG, readSettingsOrExit } from "@parley/platform/process/settings";
import { waitForStopSignal } from "@parley/platform/process/stop-signal";
import { startServer } from "./server.ts";
import { incompleteSettings, listenAddressOf, SETTINGS } from "./settings.ts";

const settings = readSettingsOrExit(SETTINGS, process.env, incompleteSettings);
const log = createLog("server", settings.LOG_LEVEL);
const signal = waitForStopSignal();
const stop = new AbortController();
void signal.then(() => stop.abort());
const { values } = parseArgs({ options: { "embedded-url": { type: "string" } } });

try {
  const start = { stop: stop.signal, embeddedUrl: values["embedded-url"] };
  await using server = await startServer(settings, log, start);
  log.info({ url: server.url.href }, "server listening");
  releaseMemoryWhenQuiet();
  const reason = await Promise.race([signal, server.failed]);
  if (reason instanceof Error) throw reason;
  log.info({ signal: reason }, "server stopping");
} catch (error) {
  if (error !== stop.signal.reason) exitOnFailure(error);
}
process.exit(0);

function exitOnFailure(error: unknown): never {
  exitOnSettingFault(error, listenAddressOf(settings));
  if (error instanceof DatabaseFault) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  if (error instanceof DatabaseAwayError) log.fatal(error.message);
  else log.fatal({ err: error }, "server failed");
  process.exit(1);
}
