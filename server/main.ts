import { createLog } from "@parley/platform/log";
import { readSettingsOrExit } from "@parley/platform/settings";
import { stopSignal } from "@parley/platform/shutdown";
import { startServer } from "./server.ts";
import { incompleteSettings, SETTINGS } from "./settings.ts";

const settings = readSettingsOrExit(SETTINGS, process.env, incompleteSettings);
const log = createLog("server", settings.LOG_LEVEL);
const signal = stopSignal();

try {
  await using server = await startServer(settings, log);
  log.info({ url: server.url.href }, "the server listens");
  log.info({ signal: await signal }, "the server stops");
} catch (error) {
  log.fatal({ err: error }, "the server can’t run");
  process.exit(1);
}
process.exit(0);
