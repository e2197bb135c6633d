import { chmod } from "node:fs/promises";
import { resolve } from "node:path";
import { clusterFolder, ensureCluster } from "./cluster.ts";
import { CONFIGURATION, type Configuration, configurationArguments } from "./configuration.ts";
import { type EngineLog, watchDisk } from "./disk-watch.ts";
import { lockFolder } from "./folder-lock.ts";
import { watchPostmaster } from "./postmaster.ts";
import { findPrograms } from "./programs.ts";
import { openSocketFolder, socketUrl } from "./socket-folder.ts";
import { endStalePostmaster } from "./stale-postmaster.ts";
import { supervisePostmaster } from "./supervise-postmaster.ts";

/** A running PostgreSQL of Parley's own; its disposal ends it. */
export interface EmbeddedDatabase extends AsyncDisposable {
  /** The URL by which clients connect, over a Unix socket. */
  readonly url: string;
}

interface EmbeddedOptions {
  /** Parameters that replace those of `configuration.ts`. */
  readonly configuration?: Configuration;
  /** Ends the wait for the start. */
  readonly stop?: AbortSignal;
}

/**
 * Starts the PostgreSQL of a data folder, which is made at the first start, and supervises it.
 * @throws DatabaseFault when it cannot run with these settings on this machine, or another process uses
 *   the folder; the reason of `stop`.
 */
export async function startEmbedded(
  dataDir: string,
  log: EngineLog,
  { configuration, stop }: EmbeddedOptions = {},
): Promise<EmbeddedDatabase> {
  await using stack = new AsyncDisposableStack();
  const folder = resolve(dataDir, "database");
  stack.use(lockFolder(folder));
  // The folder may be a copy, as from a backup.
  await chmod(folder, 0o700);
  const programs = await findPrograms(folder);
  await ensureCluster(folder, programs);
  const cluster = clusterFolder(folder);
  const { path, socket } = stack.use(await openSocketFolder(folder, programs.account));
  const disk = stack.use(watchDisk(folder, log));
  const start = async () => {
    await endStalePostmaster(cluster, socket);
    const child = programs.start("postgres", [
      ...["-D", cluster, "-k", quoted(path)],
      ...configurationArguments({ ...CONFIGURATION, ...configuration }),
    ]);
    return watchPostmaster(child, cluster, disk.read);
  };
  stack.use(await supervisePostmaster(start, { disk, log, stop }));
  const running = stack.move();
  return { url: socketUrl(path), [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** A path as an item of a list of PostgreSQL's. */
function quoted(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
