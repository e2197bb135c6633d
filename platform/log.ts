import { type DestinationStream, pino } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** Writes JSON lines to stdout, or to a destination of its own, each with `time` (ISO 8601), `level` and the `process` that speaks. */
export type Log = ReturnType<typeof createLog>;

export function createLog(
  process: string,
  level: (typeof LOG_LEVELS)[number],
  destination: DestinationStream = stdoutByTurns(),
) {
  return pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    },
    destination,
  );
}

/**
 * Writes the lines of one turn of the event loop at its end, all at once: a system call for each would
 * cost more than the line. The last ones go out with the process, and a fatal one at once.
 */
function stdoutByTurns() {
  let lines = "";
  const flushSync = () => {
    if (lines === "") return;
    process.stdout.write(lines);
    lines = "";
  };
  process.on("exit", flushSync);
  return {
    write(line: string): void {
      if (lines === "") setImmediate(flushSync);
      lines += line;
    },
    /** Called by pino behind a line of level `fatal`. */
    flushSync,
  };
}
