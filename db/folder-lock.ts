import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** Another process has the folder's database open. */
export class FolderLockedError extends Error {}

/**
 * Locks a folder for this process, because PGlite has no lock and a second process would corrupt the
 * database.
 *
 * The lock is that of SQLite on an otherwise empty file. The kernel releases it when the process ends,
 * however it ends, so that there is no stale lock to clean up and no PID that could be reused.
 * @throws FolderLockedError when another process holds the lock.
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
