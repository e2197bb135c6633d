import type { Secrets } from "@parley/platform/http/token";
import type { Log } from "@parley/platform/process/log";
import { signingSecrets } from "@parley/platform/process/signing-secrets";
import { createStateLog } from "@parley/platform/process/state-log";
import { createUpstream, type Upstream } from "@parley/upstream";
import { type ClientFiles, loadClientFiles } from "./client-files/client-files.ts";
import { type Circuit, createCircuit } from "./proxy/circuit.ts";
import type { Settings } from "./settings.ts";

/** What the gateway needs on every runtime. */
export interface Dependencies {
  readonly log: Log;
  readonly clientFiles: ClientFiles;
  readonly secrets: Secrets;
  readonly serverUrl: string;
  readonly upstream: Upstream;
  /** Decides whether requests are sent to the server; knows from the link when the server stops. */
  readonly circuit: Circuit;
}

/** Reads the secrets and the built page in `clientFolder`, and creates the pool of connections to the server. */
export async function createDependencies(
  settings: Settings,
  log: Log,
  clientFolder: string,
): Promise<Dependencies> {
  const clientFiles = await loadClientFiles(clientFolder);
  if (!clientFiles.page)
    log.warn({ clientFolder }, "page is not built: its addresses answer with 503");
  const serverUrl = settings.SERVER_URL ?? `http://127.0.0.1:${settings.SERVER_PORT}`;
  return {
    log,
    clientFiles,
    secrets: signingSecrets(settings),
    serverUrl,
    upstream: createUpstream(serverUrl),
    circuit: createCircuit({ state: createStateLog({ log, part: "the server (SERVER_URL)" }) }),
  };
}
