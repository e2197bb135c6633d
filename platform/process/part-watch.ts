import { startWorkLoop } from "../async/work-loop.ts";
import type { Log } from "./log.ts";
import { createPartCheck, type PartCheck, type PartCheckOptions } from "./part-check.ts";
import { createStateLog } from "./state-log.ts";
import { throttleLines } from "./throttled-lines.ts";

/** No timer runs longer. */
const FOREVER_MS = 2 ** 31 - 1;

export interface PartWatchDeps {
  /** Names the part in the log. */
  readonly part: string;
  /** Throws when the part does not respond. */
  check(): Promise<unknown>;
  readonly log: Pick<Log, "warn" | "info">;
}

export interface PartWatch extends AsyncDisposable {
  /** Checks the part, or returns the result of a recent check. */
  readonly check: PartCheck;
  /** Takes the error of a call that failed, possibly because the part does not respond. */
  failed(error: unknown): void;
  isAway(): boolean;
}

/** Calls that failed before it is known whether the part responds. */
interface Suspicion {
  /** That of the first call. */
  readonly error: unknown;
  readonly since: number;
  failures: number;
}

/**
 * Watches a part that the process depends on: whether it responds, and a line of the log when that changes.
 *
 * After a call failed, the part is checked, and again in intervals until it responds, so that one line
 * says that it is away and one that it is back. A call that failed although the part responds is logged
 * too, once a minute at most.
 */
export function createPartWatch(
  { part, check, log }: PartWatchDeps,
  { intervalMs = 1_000, ...options }: PartCheckOptions & { readonly intervalMs?: number } = {},
): PartWatch {
  const state = createStateLog({ part, log });
  const warnThrottled = throttleLines((fields, message) => log.warn(fields, message));
  let suspicion: Suspicion | null = null;

  const checkPart = createPartCheck(
    check,
    (next, error) => (next === "away" ? state.failed(error) : state.responded()),
    options,
  );

  const loop = startWorkLoop(
    async () => {
      if (!suspicion && !state.isAway()) return FOREVER_MS;
      // A part that just began to fail may answer once more.
      const isSettled = suspicion !== null && performance.now() - suspicion.since >= intervalMs;
      const result = await checkPart(0);
      if (suspicion && result === "away") state.countFailures(suspicion.failures);
      else if (suspicion && isSettled) logUnexplained(suspicion);
      if (result === "away" || isSettled) suspicion = null;
      return intervalMs;
    },
    { retryMs: intervalMs, onError: () => {} },
  );

  function logUnexplained({ error, failures }: Suspicion): void {
    const message = "a call failed, although the dependency responds";
    warnThrottled(part, { part, error: String(error), failures }, message);
  }

  return {
    async check(maxAgeMs) {
      const result = await checkPart(maxAgeMs);
      // Finds out in the background when the part responds again.
      if (result === "away") loop.wake();
      return result;
    },

    failed(error) {
      if (state.isAway()) return state.countFailures(1);
      if (suspicion) suspicion.failures++;
      else {
        suspicion = { error, since: performance.now(), failures: 1 };
        loop.wake();
      }
    },

    isAway: state.isAway,
    [Symbol.asyncDispose]: () => loop[Symbol.asyncDispose](),
  };
}
