import { pino } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** pino's number for it. */
const WARN = 40;
/** Milliseconds that lines below `warn` are gathered: a system call for each would cost several times the line. */
const GATHERED = 20;

/** Writes JSON lines to stdout, or to a destination of its own, each with `time` (ISO 8601), `level` and the `process` that speaks. */
export type Log = ReturnType<typeof createLog>;

export function createLog(
  name: string,
  level: (typeof LOG_LEVELS)[number],
  out: { write(text: string): unknown } = process.stdout,
) {
  return pino(
    {
      level,
      base: { process: name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    },
    gathered(out),
  );
}

/**
 * Writes to `out` what was gathered all at once: after a while, with the next line that is a warning or
 * worse, and at the latest with the end of the process. Whoever kills it may lose the last milliseconds
 * of plain requests, and whoever reads a pipe more slowly than it is filled, what it can't hold at the end.
 */
function gathered(out: { write(text: string): unknown }) {
  let lines = "";
  const flush = () => {
    if (lines !== "") out.write(lines);
    lines = "";
  };
  process.on("exit", flush);
  return {
    /** Has pino tell the level of each line before it writes it. */
    [Symbol.for("pino.metadata")]: true,
    lastLevel: 0,
    write(line: string): void {
      if (lines === "") setTimeout(flush, GATHERED).unref();
      lines += line;
      if (this.lastLevel >= WARN) flush();
    },
  };
}
