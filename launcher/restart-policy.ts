import { EXIT_CONFIG } from "@parley/platform/process/settings";

const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 10_000;
/** A run of this length resets the count of failures, unless the program was never ready: then it waited in vain. */
const LONG_RUN_MS = 30_000;
const MAX_FAILURES_BEFORE_READY = 5;

/** How a process ended. */
export interface ProcessExit {
  /** Null when a signal ended the process. */
  readonly code: number | null;
  readonly ranForMs: number;
}

export type RestartDecision =
  | { kind: "restart"; failures: number; pauseMs: number }
  | { kind: "give_up"; code: number };

/**
 * Decides what follows an unexpected exit: a restart after a pause that doubles with each failure in
 * a row, or the end. A restart mends neither a wrong setting nor a program that was never ready and
 * failed five times, or after a long wait for its database.
 */
export function decideRestart(
  failuresBefore: number,
  everReady: boolean,
  exit: ProcessExit,
): RestartDecision {
  if (exit.code === EXIT_CONFIG) return { kind: "give_up", code: EXIT_CONFIG };
  const isLong = exit.ranForMs >= LONG_RUN_MS;
  const failures = isLong ? 1 : failuresBefore + 1;
  if (!everReady && (isLong || failures >= MAX_FAILURES_BEFORE_READY))
    return { kind: "give_up", code: 1 };
  return { kind: "restart", failures, pauseMs: pauseAfter(failures) };
}

function pauseAfter(failures: number): number {
  return Math.min(MIN_PAUSE_MS * 2 ** (failures - 1), MAX_PAUSE_MS);
}
