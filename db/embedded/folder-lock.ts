import { Database } from "bun:sqlite";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseFault } from "../database-fault.ts";

/**
 * Locks a folder for this process.
 *
 * PostgreSQL's own lock keeps out a second PostgreSQL, but does not say whether the first one is
 * another Parley's or was left behind by a Parley that was killed. The lock is that of SQLite on an
 * otherwise empty file. The kernel releases it when the process ends, however it ends, so that there
 * is no stale lock to clean up and no PID that could be reused.
 * @throws DatabaseFault when another process holds the lock.
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
    throw new DatabaseFault(
      `${folder} is in use by another Parley. Stop that one, or set DATA_DIR to another folder, for example DATA_DIR=./data-2`,
    );
  }
  return { [Symbol.dispose]: () => lock.close() };
}
