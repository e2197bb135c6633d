import { type DestinationStream, pino } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** Writes JSON lines to stdout, or to a destination of its own, each with `time` (ISO 8601), `level` and the `process` that speaks. */
export type Log = ReturnType<typeof createLog>;

export function createLog(
  process: string,
  level: (typeof LOG_LEVELS)[number],
  destination?: DestinationStream,
) {
  const options = {
    level,
    base: { process },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination ? pino(options, destination) : pino(options);
}
