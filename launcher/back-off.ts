import { EXIT_CONFIG } from "@parley/platform/process/settings";

const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 10_000;
/** A process that ran this long was well: its next failure counts as the first. */
const HEALTHY_AFTER = 30_000;
const FAILURES_BEFORE_READY = 5;

/** How a process ended, and for how long it had run (milliseconds). */
export interface Ending {
  readonly code: number | null;
  readonly ranFor: number;
}

export type Verdict =
  | { kind: "restart"; failures: number; pause: number }
  | { kind: "give_up"; code: number };

/**
 * Decides what follows when a process ends that should not: another start after a pause that doubles
 * with each failure in a row, or the end. A wrong setting stays wrong, and what never became ready
 * after five starts won't.
 */
export function afterEnding(failuresBefore: number, everReady: boolean, ending: Ending): Verdict {
  if (ending.code === EXIT_CONFIG) return { kind: "give_up", code: EXIT_CONFIG };
  const failures = ending.ranFor >= HEALTHY_AFTER ? 1 : failuresBefore + 1;
  if (!everReady && failures >= FAILURES_BEFORE_READY) return { kind: "give_up", code: 1 };
  return { kind: "restart", failures, pause: pauseAfter(failures) };
}

function pauseAfter(failures: number): number {
  return Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);
}
