import { pino } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** Writes JSON lines to stdout, or to a file, each with `time` (ISO 8601), `level` and the `process` that speaks. */
export type Log = ReturnType<typeof createLog>;

export function createLog(process: string, level: (typeof LOG_LEVELS)[number], file?: string) {
  const options = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return file === undefined ? pino(options) : pino(options, pino.destination(file));
}
