import { accessSync, constants, mkdirSync } from "node:fs";
import { DATA_DIR_FAULT, listenFault } from "@parley/platform/process/setting-fault";
import { type Address, addresses } from "./addresses.ts";
import type { LauncherSettings } from "./settings.ts";

/** What keeps both processes from ever starting with these settings, a line for each. */
export function obstacles(settings: LauncherSettings): string[] {
  const { server, gateway } = addresses(settings);
  const unheard = [server, gateway].flatMap((address) => unheardBecause(address) ?? []);
  return [
    ...unheard,
    ...(unheard.length === 0 ? collision(server, gateway) : []),
    ...folderFault(settings),
  ];
}

/** Whether somebody else listens there: wrong now, but no fault of a setting. */
export function isTaken(address: Address): boolean {
  return refusedBecause(address) === "EADDRINUSE";
}

function unheardBecause(address: Address): string | null {
  const code = refusedBecause(address);
  if (code === null || code === "EADDRINUSE") return null;
  return listenFault(code, address);
}

/** Two who would listen at the same place each find it free, but not both at once. */
function collision(server: Address, gateway: Address): string[] {
  if (server.port !== gateway.port || isTaken(gateway) || isTaken(server)) return [];
  using _held = listen(server);
  if (!isTaken(gateway)) return [];
  const { setting, port } = gateway;
  const other = port === 8080 ? 8081 : 8080;
  return [`${setting} must differ from ${server.setting}, for example ${setting}=${other}`];
}

/** Where everything is kept elsewhere, nobody needs the folder. */
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

/** Why nothing can listen at an address; null when something can. */
function refusedBecause(address: Address): string | null {
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
