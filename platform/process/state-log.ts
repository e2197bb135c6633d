import type { Log } from "./log.ts";

export type StateLog = ReturnType<typeof createStateLog>;

interface Absence {
  readonly since: number;
  failures: number;
}

/**
 * Logs that a part stopped responding and that it responds again, a line each, whatever the number of
 * calls that fail meanwhile. The second line has the duration and that number.
 * @param now in milliseconds.
 */
export function createStateLog(
  { log, part }: { log: Pick<Log, "warn" | "info">; part: string },
  now: () => number = performance.now.bind(performance),
) {
  let absence: Absence | null = null;

  return {
    isAway: () => absence !== null,

    /** Takes the error of a call that failed because the part does not respond. */
    failed(error: unknown): void {
      if (absence) absence.failures++;
      else {
        absence = { since: now(), failures: 1 };
        log.warn({ part, error: String(error) }, "dependency does not respond");
      }
    },

    /** Counts calls that failed because the part does not respond. */
    countFailures(count: number): void {
      if (absence) absence.failures += count;
    },

    /** A call succeeded. */
    responded(): void {
      if (!absence) return;
      const { since, failures } = absence;
      absence = null;
      log.info({ part, awayMs: Math.round(now() - since), failures }, "dependency responds again");
    },
  };
}
