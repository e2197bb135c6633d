import type { LauncherSettings } from "./settings.ts";

/** Where a process listens, by which settings, and where it is reached from here. */
export interface Address {
  readonly host: "SERVER_HOST" | "HOST";
  readonly setting: "SERVER_PORT" | "GATEWAY_PORT";
  readonly hostname: string;
  readonly port: number;
  readonly url: string;
}

export interface Addresses {
  readonly server: Address;
  readonly gateway: Address;
  /** What a browser's address bar holds. */
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
  return { host, setting, hostname, port, url: `http://${reachable(hostname)}:${port}` };
}

/** Who listens everywhere is found at home. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
