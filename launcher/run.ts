import { waitForStopSignal } from "@parley/platform/process/stop-signal";
import { createLazyLog, type LazyLog } from "./lazy-log.ts";
import { parentExit } from "./parent-exit-watch.ts";
import type { Plan } from "./plan.ts";
import { type Program, type Supervised, supervise } from "./supervise.ts";

const READY_POLL_INTERVAL_MS = 50;
const READY_REQUEST_TIMEOUT_MS = 2_000;

/**
 * Runs server and gateway until a signal asks for the end.
 * @returns the exit code.
 */
export async function run(root: string, plan: Plan, { watch = false } = {}): Promise<number> {
  const log = createLazyLog(plan.logLevel);
  const stopped = Promise.race([waitForStopSignal(), parentExit()]).then(() => 0);
  const stop = new AbortController();
  void stopped.then(() => stop.abort());
  const database = await openDatabase(plan, log, stop.signal);
  if (typeof database === "number") return database;
  await using _database = database;
  const started = programs(database?.url, plan, watch).map((program) =>
    supervise(program, root, log),
  );
  const ended = Promise.race([...started.map(({ gaveUp }) => gaveUp), stopped]);
  if (await Promise.race([untilReady(plan), ended.then(() => false)])) announce(plan, started);
  const code = await ended;
  for (const program of started.toReversed()) await program.stop();
  return code;
}

/** The embedded database is imported only where it runs, because it takes 6 MB. */
async function openDatabase({ embeddedIn }: Plan, log: LazyLog, stop: AbortSignal) {
  if (embeddedIn === null) return null;
  const { openEmbedded } = await import("./open-embedded.ts");
  return openEmbedded(embeddedIn, log, stop);
}

/** The programs in the order of their start; in development from their sources, with Vite for the page. */
function programs(embeddedUrl: string | undefined, { drainMs }: Plan, watch: boolean): Program[] {
  const embedded = embeddedUrl === undefined ? [] : [`--embedded-url=${embeddedUrl}`];
  const script = (name: string) =>
    watch ? ["--watch", "--no-clear-screen", `${name}/main.ts`] : [`dist/${name}.js`];
  const page = {
    name: "page",
    args: ["client/node_modules/vite/bin/vite.js", "client"],
    drainMs: 0,
  };
  return [
    // Nobody asks the server for its readiness after its only gateway has stopped.
    { name: "server", args: [...script("server"), ...embedded], drainMs: 0 },
    { name: "gateway", args: script("gateway"), drainMs },
    ...(watch ? [page] : []),
  ];
}

async function untilReady({ readyUrls }: Plan): Promise<boolean> {
  for (const url of readyUrls)
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

function announce({ shownUrl }: Plan, started: readonly Supervised[]): void {
  for (const program of started) program.ready();
  console.log(`Parley is ready at ${shownUrl}`);
}
