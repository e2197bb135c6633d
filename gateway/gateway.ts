import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "@parley/platform/process/log";
import { createDependencies } from "./dependencies.ts";
import { createGatewayApp } from "./gateway-app.ts";
import type { CreateEnd } from "./gateway-end.ts";
import { createTraffic } from "./metrics/traffic.ts";
import type { Settings } from "./settings.ts";

export interface Gateway extends AsyncDisposable {
  readonly url: URL;
}

export interface GatewayOptions {
  readonly createEnd: CreateEnd;
  /** Folder of the built page. */
  readonly clientFolder: string;
}

/** Starts the gateway; disposing of it stops it. */
export async function startGateway(
  settings: Settings,
  log: Log,
  { createEnd, clientFolder }: GatewayOptions,
): Promise<Gateway> {
  const deps = await createDependencies(settings, log, clientFolder);
  const traffic = createTraffic();
  const end = createEnd(settings, deps, traffic);
  let isDraining = false;

  /** Serves all requests but those of readiness while load balancers notice, then closes everything. */
  async function drain(): Promise<void> {
    isDraining = true;
    await sleep(settings.DRAIN_MS);
    await close();
  }

  async function close(): Promise<void> {
    await end[Symbol.asyncDispose]();
    deps.upstream[Symbol.dispose]();
  }

  try {
    const app = createGatewayApp(settings, deps, { end, traffic, isDraining: () => isDraining });
    return { url: await end.listen(app.fetch), [Symbol.asyncDispose]: drain };
  } catch (error) {
    await close();
    throw error;
  }
}
