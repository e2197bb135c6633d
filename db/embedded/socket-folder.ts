import { chown, lstat, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { USER } from "./cluster.ts";
import type { RunAs } from "./run-as.ts";

/** PostgreSQL's name for the socket of port 5432. */
const SOCKET_NAME = ".s.PGSQL.5432";

/** Bytes of a socket's path, without the zero at its end: 107 on Linux (unix(7)), 103 on macOS. */
const MAX_PATH_BYTES = 103;

/** The folder of the socket. */
export interface SocketFolder extends AsyncDisposable {
  readonly path: string;
  /** The path of the socket itself. */
  readonly socket: string;
}

/**
 * Opens the folder for the socket, to which only PostgreSQL's account and root have access: the folder
 * of the database, or a temporary one when the path of the socket would be too long.
 */
export async function openSocketFolder(
  folder: string,
  account: RunAs["account"],
): Promise<SocketFolder> {
  const socket = join(folder, SOCKET_NAME);
  if (Buffer.byteLength(socket) <= MAX_PATH_BYTES)
    return { path: folder, socket, async [Symbol.asyncDispose]() {} };
  const path = await openPrivateFolder(folder, account);
  return {
    path,
    socket: join(path, SOCKET_NAME),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** The URL by which clients of PostgreSQL connect to the socket in a folder. */
export function socketUrl(folder: string): string {
  return `postgres:///postgres?host=${encodeURIComponent(folder)}&user=${USER}`;
}

/**
 * Its name depends on the folder of the database, so that one start removes what a killed one left.
 * @throws Error when another account made a folder of that name.
 */
async function openPrivateFolder(folder: string, account: RunAs["account"]): Promise<string> {
  const name = new Bun.CryptoHasher("sha256").update(folder).digest("hex").slice(0, 32);
  const path = join(tmpdir(), `parley-${name}`);
  const uid = process.getuid?.() ?? 0;
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const found = await lstat(path);
  const isPrivate = found.isDirectory() && (found.mode & 0o777) === 0o700;
  if (!isPrivate || ![uid, account?.uid].includes(found.uid))
    throw new Error(`${path} is no private folder of this user: remove it`);
  if (account) await chown(path, account.uid, account.gid);
  return path;
}
