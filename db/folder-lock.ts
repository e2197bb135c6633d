import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** The folder's database is open in another process. */
export class FolderLockedError extends Error {}

/**
 * Holds a folder for this process alone: PGlite locks nothing itself, and a second open corrupts it.
 *
 * The lock is SQLite's own on an otherwise empty file: the kernel lets go of it when the process
 * ends, however it ends, so there is nothing stale to clean up, and no PID to mistake for another's.
 * @throws FolderLockedError when another process holds the folder.
 */
export function lockFolder(folder: string): Disposable {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new Database(join(folder, "lock.sqlite"));
  try {
    lock.run("pragma locking_mode = exclusive");
    lock.run("begin exclusive");
  } catch (error) {
    lock.close();
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY") !== true) throw error;
    throw new FolderLockedError(
      `${folder} is in use by another Parley. Stop that one, or set DATA_DIR to another folder, for example DATA_DIR=./data-2`,
    );
  }
  return { [Symbol.dispose]: () => lock.close() };
}
