import { resolve, sep } from "node:path";
import { EXIT_CONFIG } from "./settings.ts";

/** Where a process listens and stores its data, and the settings that say so. */
export interface ListenAddress {
  readonly host: "HOST" | "SERVER_HOST";
  readonly hostname: string;
  readonly setting: "GATEWAY_PORT" | "SERVER_PORT";
  readonly port: number;
  readonly dataDir: string;
}

export const DATA_DIR_FAULT =
  "DATA_DIR must be a folder that can be written to, for example DATA_DIR=./data";

/** Errors of the file system that a wrong DATA_DIR causes. */
const FOLDER_ERROR_CODES = /^(?:EEXIST|ENOTDIR|ENOENT|EACCES|EPERM|EROFS|ELOOP|ENAMETOOLONG)$/;

/** Describes the fault of the setting because of which listening failed with `code`. */
export function listenFault(
  code: string,
  address: Omit<ListenAddress, "dataDir" | "hostname">,
): string {
  const { host, port, setting } = address;
  return code === "EACCES"
    ? `${setting} needs rights that this user lacks, for example ${setting}=${port + 8000}`
    : `${host} must be an address of this machine, for example ${host}=127.0.0.1`;
}

/**
 * Ends the process with one line and {@link EXIT_CONFIG} if its start failed because of a setting whose
 * fault is found only in use; returns for any other error.
 */
export function exitOnSettingFault(error: unknown, address: ListenAddress): void {
  const fault = settingFault(error as Partial<NodeJS.ErrnoException>, address);
  if (fault === null) return;
  process.stderr.write(`${fault}\n`);
  process.exit(EXIT_CONFIG);
}

type Failure = Partial<NodeJS.ErrnoException> & { readonly hostname?: string };

export function settingFault(error: Failure, address: ListenAddress): string | null {
  const { code = "", path } = error;
  if (isListenError(error, address)) return listenFault(code, address);
  const isInFolder =
    path !== undefined && isWithin(path, address.dataDir) && FOLDER_ERROR_CODES.test(code);
  return isInFolder || code.startsWith("SQLITE_CANTOPEN") ? DATA_DIR_FAULT : null;
}

/** A host name that is not found may also be the database's; only HOST can be one that Bun cannot put into a URL. */
function isListenError(
  { code, syscall, hostname, message = "" }: Failure,
  address: ListenAddress,
): boolean {
  if (code === "EADDRINUSE") return false;
  if (syscall === "getaddrinfo") return hostname === address.hostname;
  return (
    syscall === "listen" || (code === "ERR_INVALID_ARG_TYPE" && message.endsWith("a hostname"))
  );
}

function isWithin(path: string, folder: string): boolean {
  return `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
}
