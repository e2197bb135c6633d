import { resolve, sep } from "node:path";
import { EXIT_CONFIG } from "./settings.ts";

/** Where a process listens and keeps what it keeps, and by which settings. */
export interface ListenAddress {
  readonly host: "HOST" | "SERVER_HOST";
  readonly hostname: string;
  readonly setting: "GATEWAY_PORT" | "SERVER_PORT";
  readonly port: number;
  readonly dataDir: string;
}

export const DATA_DIR_FAULT =
  "DATA_DIR must be a folder that can be written to, for example DATA_DIR=./data";

const FOLDER_CODES = /^(?:EEXIST|ENOTDIR|ENOENT|EACCES|EPERM|EROFS|ELOOP|ENAMETOOLONG)$/;

/** What is wrong with a setting, where nothing can listen because of `code`. */
export function listenFault(
  code: string,
  place: Omit<ListenAddress, "dataDir" | "hostname">,
): string {
  const { host, port, setting } = place;
  return code === "EACCES"
    ? `${setting} needs rights that this user lacks, for example ${setting}=${port + 8000}`
    : `${host} must be an address of this machine, for example ${host}=127.0.0.1`;
}

/**
 * Ends the process as wrong settings do, with one line and {@link EXIT_CONFIG}, where its start failed
 * for a setting whose fault shows only when it is used; returns for any other failure.
 */
export function exitOnSettingFault(error: unknown, place: ListenAddress): void {
  const fault = settingFault(error as Partial<NodeJS.ErrnoException>, place);
  if (fault === null) return;
  process.stderr.write(`${fault}\n`);
  process.exit(EXIT_CONFIG);
}

type Failure = Partial<NodeJS.ErrnoException> & { readonly hostname?: string };

export function settingFault(error: Failure, place: ListenAddress): string | null {
  const { code = "", path } = error;
  if (isOfListening(error, place)) return listenFault(code, place);
  const isInFolder = path !== undefined && isWithin(path, place.dataDir) && FOLDER_CODES.test(code);
  return isInFolder || code.startsWith("SQLITE_CANTOPEN") ? DATA_DIR_FAULT : null;
}

/** A name that is not found may be the database's; one that Bun can't even put into a URL is no other's. */
function isOfListening(
  { code, syscall, hostname, message = "" }: Failure,
  place: ListenAddress,
): boolean {
  if (code === "EADDRINUSE") return false;
  if (syscall === "getaddrinfo") return hostname === place.hostname;
  return (
    syscall === "listen" || (code === "ERR_INVALID_ARG_TYPE" && message.endsWith("a hostname"))
  );
}

function isWithin(path: string, folder: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}
