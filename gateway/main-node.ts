/** The HTTP half of the gateway on Node; see docs/decisions/node.md. Start it from the root of the repository. */
import "./node/fill-in.ts";
import { createLog } from "@parley/platform/process/log";
import { readSettingsOrExit } from "@parley/platform/process/settings";
import { stopSignal } from "@parley/platform/process/shutdown";
import { exitIfUnusable } from "@parley/platform/process/unusable-setting";
import { serveOnNode } from "./node/serve.ts";
import { placeOf, SETTINGS } from "./settings.ts";

const settings = readSettingsOrExit(SETTINGS);
const log = createLog("gateway", settings.LOG_LEVEL);
const signal = stopSignal();

const gateway = await serveOnNode(settings, log).catch((error) => {
  exitIfUnusable(error, placeOf(settings));
  log.fatal({ err: error }, "the gateway can't run");
  process.exit(1);
});
log.warn("on Node the gateway serves no WebSockets: those need Bun");
log.info({ url: gateway.url }, "the gateway listens");
log.info({ signal: await signal }, "the gateway stops");
await gateway.stop();
process.exit(0);
