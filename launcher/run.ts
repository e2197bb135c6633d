import { createLog } from "@parley/platform/process/log";
import { waitForStopSignal } from "@parley/platform/process/stop-signal";
import { type Addresses, addresses } from "./addresses.ts";
import { runnerGone } from "./parent-exit-watch.ts";
import { isTaken } from "./preflight.ts";
import { readLauncherSettings } from "./settings.ts";
import { type Program, type Supervised, supervise } from "./supervise.ts";

const READY_POLL = 50;

/**
 * Runs server and gateway until a signal asks for the end.
 * @returns the exit code.
 */
export async function run(root: string, { watch = false } = {}): Promise<number> {
  const settings = readLauncherSettings();
  const where = addresses(settings);
  // A strange program at the gateway's port might answer `/readyz` in its stead.
  for (const address of [where.server, where.gateway]) {
    if (!isTaken(address)) continue;
    console.error(`${address.setting} ${address.port} is taken on ${address.hostname} already`);
    return 1;
  }
  const log = createLog("launcher", settings.LOG_LEVEL);
  const started = programs(watch).map((program) => supervise(program, root, log));
  const ended = Promise.race([
    ...started.map(({ gaveUp }) => gaveUp),
    waitForStopSignal().then(() => 0),
    runnerGone().then(() => 0),
  ]);
  if (await Promise.race([isReady(where), ended.then(() => false)])) announce(where, started);
  const code = await ended;
  for (const program of started.toReversed()) await program.stop();
  return code;
}

/** The server comes first; to develop, Vite serves the page itself, and renews it as it changes. */
function programs(watch: boolean): Program[] {
  const options = watch ? ["--watch", "--no-clear-screen"] : [];
  const page = { name: "page", args: ["client/node_modules/vite/bin/vite.js", "client"] };
  return [
    { name: "server", args: [...options, "server/main.ts"] },
    { name: "gateway", args: [...options, "gateway/main.ts"] },
    ...(watch ? [page] : []),
  ];
}

/** The server is asked first: the gateway, up long before it, would log every question as a failure. */
async function isReady({ server, gateway }: Addresses): Promise<boolean> {
  for (const url of [`${server.url}/service/readyz`, `${gateway.url}/readyz`])
    while (!(await answersReady(url))) await Bun.sleep(READY_POLL);
  return true;
}

async function answersReady(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}

function announce({ shown }: Addresses, started: readonly Supervised[]): void {
  for (const program of started) program.ready();
  console.log(`Parley is ready at ${shown}`);
}
