import { createLog } from "@parley/platform/process/log";
import { readSettingsOrExit } from "@parley/platform/process/settings";
import { stopSignal } from "@parley/platform/process/shutdown";
import { exitIfUnusable } from "@parley/platform/process/unusable-setting";
import { startGateway } from "./gateway.ts";
import { placeOf, SETTINGS } from "./settings.ts";

const settings = readSettingsOrExit(SETTINGS);
const log = createLog("gateway", settings.LOG_LEVEL);
const signal = stopSignal();

try {
  await using gateway = await startGateway(settings, log);
  log.info({ url: gateway.url.href }, "the gateway listens");
  log.info({ signal: await signal }, "the gateway stops");
} catch (error) {
  exitIfUnusable(error, placeOf(settings));
  if (isPortTaken(error))
    log.fatal(`GATEWAY_PORT ${settings.GATEWAY_PORT} is taken on ${settings.HOST} already`);
  else log.fatal({ err: error }, "the gateway can't run");
  process.exit(1);
}
process.exit(0);

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
