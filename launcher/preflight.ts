import { accessSync, constants, mkdirSync } from "node:fs";
import { DATA_DIR_FAULT, listenFault } from "@parley/platform/process/setting-fault";
import { type Address, addresses } from "./addresses.ts";
import type { LauncherSettings } from "./settings.ts";

/**
 * Finds the settings with which the processes can never start on this machine.
 * @returns a line for each fault.
 */
export function preflight(settings: LauncherSettings): string[] {
  const { server, gateway } = addresses(settings);
  const addressFaults = [server, gateway].flatMap((address) => addressFault(address) ?? []);
  return [
    ...addressFaults,
    ...(addressFaults.length === 0 ? collisionFault(server, gateway) : []),
    ...folderFault(settings),
  ];
}

/** Whether another program listens on the address: an error at this moment, but no wrong setting. */
export function isInUse(address: Address): boolean {
  return listenErrorCode(address) === "EADDRINUSE";
}

function addressFault(address: Address): string | null {
  const code = listenErrorCode(address);
  if (code === null || code === "EADDRINUSE") return null;
  return listenFault(code, address);
}

/** Either process can listen on one address that both are given, but not both processes at once. */
function collisionFault(server: Address, gateway: Address): string[] {
  if (server.port !== gateway.port || isInUse(gateway) || isInUse(server)) return [];
  using _listener = listen(server);
  if (!isInUse(gateway)) return [];
  const { setting, port } = gateway;
  const other = port === 8080 ? 8081 : 8080;
  return [`${setting} must differ from ${server.setting}, for example ${setting}=${other}`];
}

/** The folder is used only for what no other setting places elsewhere. */
function folderFault(settings: LauncherSettings): string[] {
  const { DATABASE_URL, S3_ENDPOINT, JWT_SECRET, DATA_DIR } = settings;
  if (DATABASE_URL && S3_ENDPOINT && JWT_SECRET) return [];
  try {
    mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 });
    accessSync(DATA_DIR, constants.R_OK | constants.W_OK | constants.X_OK);
    return [];
  } catch {
    return [DATA_DIR_FAULT];
  }
}

/** The code of the error that listening on an address ends with; null when it succeeds. */
function listenErrorCode(address: Address): string | null {
  try {
    listen(address)[Symbol.dispose]();
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "unknown";
  }
}

function listen({ hostname, port }: Address): Disposable {
  const listener = Bun.listen({ hostname, port, socket: { data() {} } });
  return { [Symbol.dispose]: () => listener.stop(true) };
}
