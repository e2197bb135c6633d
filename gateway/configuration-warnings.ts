import type { Log } from "@parley/platform/process/log";
import { throttleLines } from "@parley/platform/process/throttled-lines";

/** Longer origins are cut in the log, because callers choose them. */
const MAX_LOGGED_CHARS = 200;

/** Tells the operator about faults of the configuration that only requests show; each at most once a minute. */
export interface ConfigurationWarnings {
  /** A peer that is no trusted proxy sent `X-Forwarded-For`. */
  readonly undeclaredProxy: (peer: string) => void;
  /** A request from this `Origin` was refused. */
  readonly refusedOrigin: (origin: string) => void;
  /** A WebSocket handshake arrived without its `Upgrade`. */
  readonly droppedUpgrade: () => void;
}

/** Creates the warnings; each line has a code, and names the setting that ends the fault. */
export function createConfigurationWarnings(
  log: Pick<Log, "warn">,
  publicOrigin: string | undefined,
): ConfigurationWarnings {
  const warn = throttleLines((fields, message) => log.warn(fields, message));
  return {
    undeclaredProxy: (peer) =>
      warn(
        "undeclared_proxy",
        { code: "undeclared_proxy", setting: "TRUSTED_PROXIES", peer },
        "X-Forwarded-For of a proxy that is not in TRUSTED_PROXIES is ignored: all visitors behind this proxy share one address and its limits",
      ),
    refusedOrigin: (origin) =>
      warn(
        "cross_site",
        {
          code: "cross_site",
          setting: "PUBLIC_ORIGIN",
          origin: origin.slice(0, MAX_LOGGED_CHARS),
          publicOrigin,
        },
        "a request of another origin is refused: if the origin is this Parley's, set PUBLIC_ORIGIN to it, or let the proxy forward Host and list the proxy in TRUSTED_PROXIES",
      ),
    droppedUpgrade: () =>
      warn(
        "upgrade_required",
        { code: "upgrade_required" },
        "a WebSocket handshake arrived without Upgrade: the proxy in front of the gateway must pass Upgrade and Connection on, by HTTP/1.1",
      ),
  };
}
