import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { lockFile, readLockFile } from "./lock-file.ts";

const POLL_INTERVAL_MS = 20;
/** A PostgreSQL whose Parley was killed is ending already; one without `setpriv` does not know of it. */
const ENDING_MS = 500;
const FAST_SHUTDOWN_MS = 5_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/**
 * Ends the PostgreSQL that a killed Parley left behind, and makes its lock files harmless.
 *
 * The caller holds the lock of the folder, so that a PostgreSQL on the cluster serves nobody. A process
 * that has the number of the PostgreSQL, but does not listen on its socket, is another.
 */
export async function endStalePostmaster(cluster: string, socket: string): Promise<void> {
  const stale = readLockFile(cluster);
  if (stale === undefined) return;
  const hasEnded = async () =>
    !(await isListening(socket)) && !(existsSync(lockFile(cluster)) && isAlive(stale.pid));
  if (!(await holdsWithin(ENDING_MS, hasEnded)) && (await isListening(socket)))
    await shutDown(stale.pid, hasEnded);
  disown(lockFile(cluster));
  for (const path of [socket, `${socket}.lock`]) rmSync(path, { force: true });
}

async function shutDown(pid: number, hasEnded: () => Promise<boolean>): Promise<void> {
  process.kill(pid, "SIGINT");
  if (await holdsWithin(FAST_SHUTDOWN_MS, hasEnded)) return;
  process.kill(pid, "SIGQUIT");
  if (await holdsWithin(IMMEDIATE_SHUTDOWN_MS, hasEnded)) return;
  throw new Error(`process ${pid}, the PostgreSQL of an earlier start, does not end`);
}

/**
 * Puts the number of this process into a lock file. PostgreSQL ignores the number of its parent, and
 * still finds by the other lines whether a process of the earlier PostgreSQL uses the shared memory.
 */
function disown(path: string): void {
  if (!existsSync(path)) return;
  writeFileSync(path, readFileSync(path, "utf8").replace(/^\d+/, String(process.pid)));
}

async function holdsWithin(ms: number, condition: () => Promise<boolean>): Promise<boolean> {
  for (const start = performance.now(); performance.now() - start < ms; ) {
    if (await condition()) return true;
    await Bun.sleep(POLL_INTERVAL_MS);
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(path);
    connection.once("connect", () => {
      connection.destroy();
      resolve(true);
    });
    connection.once("error", () => resolve(false));
  });
}
