import type { Handler } from "hono";
import type { GatewayApp } from "./app.ts";
import type { Dependencies } from "./dependencies.ts";
import type { GatewayEnv } from "./gateway-env.ts";
import type { Traffic } from "./metrics/traffic.ts";
import type { Settings } from "./settings.ts";
import type { UpgradeOptions } from "./sockets/upgrade.ts";

/** How a runtime serves the gateway; disposing of it stops the serving. */
export interface GatewayEnd extends AsyncDisposable {
  readonly openSockets: () => number;
  readonly isLinkUp: () => boolean;
  /** Whether the server is up: on a runtime with a link, while the link is. */
  readonly isServerUp: () => boolean | Promise<boolean>;
  /** Creates the handler of `/ws`. */
  readonly createUpgrade: (options: UpgradeOptions) => Handler<GatewayEnv>;
  /** @returns the address that it listens on. */
  readonly listen: (fetch: GatewayApp["fetch"]) => URL | Promise<URL>;
}

export type CreateEnd = (settings: Settings, deps: Dependencies, traffic: Traffic) => GatewayEnd;
