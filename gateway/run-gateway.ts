import { createLog, type Log } from "@parley/platform/process/log";
import { exitOnSettingFault } from "@parley/platform/process/setting-fault";
import { readSettingsOrExit } from "@parley/platform/process/settings";
import { waitForStopSignal } from "@parley/platform/process/stop-signal";
import { type GatewayOptions, startGateway } from "./gateway.ts";
import { listenAddressOf, SETTINGS } from "./settings.ts";

/**
 * Runs the gateway from its settings to a stop signal, and ends the process.
 * @param onListening is called when the gateway listens.
 */
export async function runGateway(
  options: GatewayOptions,
  onListening: (log: Log) => void = () => {},
): Promise<never> {
  const settings = readSettingsOrExit(SETTINGS);
  const log = createLog("gateway", settings.LOG_LEVEL);
  const signal = waitForStopSignal();
  try {
    const gateway = await startGateway(settings, log, options);
    onListening(log);
    log.info({ url: gateway.url.href }, "gateway listening");
    log.info({ signal: await signal }, "gateway stopping");
    await gateway[Symbol.asyncDispose]();
  } catch (error) {
    exitOnSettingFault(error, listenAddressOf(settings));
    if (isPortTaken(error))
      log.fatal(`GATEWAY_PORT ${settings.GATEWAY_PORT} is taken on ${settings.HOST} already`);
    else log.fatal({ err: error }, "gateway failed");
    process.exit(1);
  }
  process.exit(0);
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
