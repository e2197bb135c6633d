import type { DiskWatch, EngineLog } from "./disk-watch.ts";
import type { Postmaster, PostmasterEnd } from "./postmaster.ts";

const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;
const MAX_FAILURES_BEFORE_READY = 5;
/** A run of this length resets the count of failures. */
const HEALTHY_RUN_MS = 10_000;

interface SupervisorDeps {
  readonly disk: DiskWatch;
  readonly log: EngineLog;
  /** Ends the wait for the start. */
  readonly stop: AbortSignal | undefined;
}

/**
 * Starts PostgreSQL, and again whenever it ends, after a pause that doubles with each failure in a row.
 * Logs the end of a PostgreSQL that accepted connections, and the return, each once.
 * @returns when PostgreSQL accepts connections; the disposal ends it.
 * @throws Error when PostgreSQL ended five times before that, other than because of a full disk; the
 *   reason of `stop`.
 */
export async function supervisePostmaster(
  start: () => Promise<Postmaster>,
  { disk, log, stop }: SupervisorDeps,
): Promise<AsyncDisposable> {
  const stopping = Promise.withResolvers<void>();
  const firstReady = Promise.withResolvers<void>();
  let isStopping = false;
  let isUp = false;
  let current: Postmaster | undefined;

  async function keepRunning(): Promise<void> {
    for (let failures = 0; !isStopping; ) {
      let readyAt = Number.POSITIVE_INFINITY;
      const end = await runOnce(() => {
        if (failures > 0) log.info({}, "PostgreSQL accepts connections again");
        readyAt = performance.now();
        isUp = true;
        firstReady.resolve();
      });
      if (isStopping) return;
      failures = performance.now() - readyAt >= HEALTHY_RUN_MS ? 1 : failures + 1;
      if (isUp) log.error(end, "PostgreSQL ended, and starts again");
      else if (!disk.isFull && failures >= MAX_FAILURES_BEFORE_READY)
        firstReady.reject(new Error(`PostgreSQL does not start: ${end.output}`));
      isUp = false;
      await Promise.race([Bun.sleep(pauseAfter(failures)), stopping.promise]);
    }
  }

  /** @param onReady is called when PostgreSQL accepts connections. */
  async function runOnce(onReady: () => void): Promise<PostmasterEnd> {
    try {
      current = await start();
    } catch (error) {
      return { code: null, signal: null, output: String(error) };
    }
    if (isStopping) await current.stop();
    if ((await current.ready) === "ready") onReady();
    return current.ended;
  }

  const finished = keepRunning();
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => {
    isStopping = true;
    stopping.resolve();
    await current?.stop();
    await finished;
  });
  stop?.addEventListener("abort", () => firstReady.reject(stop.reason), { once: true });
  await firstReady.promise;
  return stack.move();
}

function pauseAfter(failures: number): number {
  return Math.min(MIN_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS);
}
