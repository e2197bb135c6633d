import type { ListenAddress } from "@parley/platform/process/setting-fault";
import type { LauncherSettings } from "./settings.ts";

/** Where a process listens, the settings that say so, and the URL by which this machine reaches it. */
export interface Address extends Omit<ListenAddress, "dataDir"> {
  readonly url: string;
}

export interface Addresses {
  readonly server: Address;
  readonly gateway: Address;
  /** The URL that is announced to people. */
  readonly shown: string;
}

export function addresses(settings: LauncherSettings): Addresses {
  const { HOST, GATEWAY_PORT, SERVER_HOST, SERVER_PORT, PUBLIC_ORIGIN } = settings;
  return {
    server: address("SERVER_HOST", SERVER_HOST, "SERVER_PORT", SERVER_PORT),
    gateway: address("HOST", HOST, "GATEWAY_PORT", GATEWAY_PORT),
    shown: PUBLIC_ORIGIN ?? `http://localhost:${GATEWAY_PORT}`,
  };
}

function address(
  host: Address["host"],
  hostname: string,
  setting: Address["setting"],
  port: number,
): Address {
  return { host, setting, hostname, port, url: `http://${reachableHost(hostname)}:${port}` };
}

/** 0.0.0.0 is reachable as 127.0.0.1, `::` as `[::1]`. */
function reachableHost(hostname: string): string {
  if (hostname === "0.0.0.0") return "127.0.0.1";
  if (hostname === "::") return "[::1]";
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
