import { createLog } from "@parley/platform/process/log";
import { waitForStopSignal } from "@parley/platform/process/stop-signal";
import { type Addresses, addresses } from "./addresses.ts";
import { type LauncherDatabase, openDatabase } from "./open-database.ts";
import { parentExit } from "./parent-exit-watch.ts";
import { isInUse, preflight } from "./preflight.ts";
import { type LauncherSettings, readLauncherSettings } from "./settings.ts";
import { type Program, type Supervised, supervise } from "./supervise.ts";

const READY_POLL_INTERVAL_MS = 50;
const READY_REQUEST_TIMEOUT_MS = 2_000;

/**
 * Runs server and gateway until a signal asks for the end.
 * @returns the exit code.
 */
export async function run(root: string, { watch = false } = {}): Promise<number> {
  const settings = readLauncherSettings(preflight);
  const where = addresses(settings);
  // Another program at the gateway's port might answer `/readyz` in place of the gateway.
  for (const address of [where.server, where.gateway]) {
    if (!isInUse(address)) continue;
    console.error(`${address.setting} ${address.port} is taken on ${address.hostname} already`);
    return 1;
  }
  const log = createLog("launcher", settings.LOG_LEVEL);
  const stopped = Promise.race([waitForStopSignal(), parentExit()]).then(() => 0);
  const stop = new AbortController();
  void stopped.then(() => stop.abort());
  const database = await openDatabase(settings, log, stop.signal);
  if (typeof database === "number") return database;
  await using _database = database;
  const started = programs(database, settings, watch).map((program) =>
    supervise(program, root, log),
  );
  const ended = Promise.race([...started.map(({ gaveUp }) => gaveUp), stopped]);
  if (await Promise.race([untilReady(where), ended.then(() => false)])) announce(where, started);
  const code = await ended;
  for (const program of started.toReversed()) await program.stop();
  return code;
}

/** The programs in the order of their start; in development, Vite serves the page and reloads it. */
function programs(
  { url }: LauncherDatabase,
  { DRAIN_MS }: LauncherSettings,
  watch: boolean,
): Program[] {
  const options = watch ? ["--watch", "--no-clear-screen"] : [];
  const embedded = url === undefined ? [] : [`--embedded-url=${url}`];
  const page = {
    name: "page",
    args: ["client/node_modules/vite/bin/vite.js", "client"],
    drainMs: 0,
  };
  return [
    // Nobody asks the server for its readiness after its only gateway has stopped.
    { name: "server", args: [...options, "server/main.ts", ...embedded], drainMs: 0 },
    { name: "gateway", args: [...options, "gateway/main.ts"], drainMs: DRAIN_MS },
    ...(watch ? [page] : []),
  ];
}

/** Polls the server first, because a gateway without a server would log each poll as a failure. */
async function untilReady({ server, gateway }: Addresses): Promise<boolean> {
  for (const url of [`${server.url}/service/readyz`, `${gateway.url}/readyz`])
    while (!(await isReady(url))) await Bun.sleep(READY_POLL_INTERVAL_MS);
  return true;
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(READY_REQUEST_TIMEOUT_MS) })).ok;
  } catch {
    return false;
  }
}

function announce({ shown }: Addresses, started: readonly Supervised[]): void {
  for (const program of started) program.ready();
  console.log(`Parley is ready at ${shown}`);
}
