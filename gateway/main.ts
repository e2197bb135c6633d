import { createLog } from "@parley/platform/process/log";
import { exitOnSettingFault } from "@parley/platform/process/setting-fault";
import { readSettingsOrExit } from "@parley/platform/process/settings";
import { waitForStopSignal } from "@parley/platform/process/stop-signal";
import { startGateway } from "./gateway.ts";
import { listenAddressOf, SETTINGS } from "./settings.ts";

const settings = readSettingsOrExit(SETTINGS);
const log = createLog("gateway", settings.LOG_LEVEL);
const signal = waitForStopSignal();

try {
  await using gateway = await startGateway(settings, log);
  log.info({ url: gateway.url.href }, "the gateway listens");
  log.info({ signal: await signal }, "the gateway stops");
} catch (error) {
  exitOnSettingFault(error, listenAddressOf(settings));
  if (isPortTaken(error))
    log.fatal(`GATEWAY_PORT ${settings.GATEWAY_PORT} is taken on ${settings.HOST} already`);
  else log.fatal({ err: error }, "the gateway can't run");
  process.exit(1);
}
process.exit(0);

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
