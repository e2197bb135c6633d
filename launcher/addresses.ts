import type { LauncherSettings } from "./settings.ts";

/** Where a process listens, by which setting, and where it is reached from here. */
interface Address {
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
    server: address("SERVER_PORT", SERVER_HOST, SERVER_PORT),
    gateway: address("GATEWAY_PORT", HOST, GATEWAY_PORT),
    shown: PUBLIC_ORIGIN ?? `http://localhost:${GATEWAY_PORT}`,
  };
}

function address(setting: Address["setting"], hostname: string, port: number): Address {
  return { setting, hostname, port, url: `http://${reachable(hostname)}:${port}` };
}

/** Who listens everywhere is found at home. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

/** Tried before the start: a strange program at the gateway's port might answer `/readyz` in its stead. */
export function isTaken({ hostname, port }: Address): boolean {
  try {
    Bun.listen({ hostname, port, socket: { data() {} } }).stop(true);
    return false;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return true;
    throw error;
  }
}
