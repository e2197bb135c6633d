/** The HTTP half of the gateway on Node; see docs/decisions/node.md. Start it from the root of the repository. */
import "./node/fill-in.ts";
import { createLog } from "@parley/platform/process/log";
import { exitOnSettingFault } from "@parley/platform/process/setting-fault";
import { readSettingsOrExit } from "@parley/platform/process/settings";
import { waitForStopSignal } from "@parley/platform/process/stop-signal";
import { serveOnNode } from "./node/serve.ts";
import { listenAddressOf, SETTINGS } from "./settings.ts";

const settings = readSettingsOrExit(SETTINGS);
const log = createLog("gateway", settings.LOG_LEVEL);
const signal = waitForStopSignal();

const gateway = await serveOnNode(settings, log).catch((error) => {
  exitOnSettingFault(error, listenAddressOf(settings));
  log.fatal({ err: error }, "the gateway can't run");
  process.exit(1);
});
log.warn("on Node the gateway serves no WebSockets: those need Bun");
log.info({ url: gateway.url }, "the gateway listens");
log.info({ signal: await signal }, "the gateway stops");
await gateway.stop();
process.exit(0);
