import { pino } from "pino";

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

/** pino's number for `warn`. */
const WARN_LEVEL = 40;
/** Lines below `warn` are buffered, because a system call for each would cost several times the line. */
const FLUSH_INTERVAL_MS = 20;

/** Writes JSON lines to stdout or to `out`, each with `time` (ISO 8601), `level` and `process`. */
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
    buffered(out),
  );
}

/**
 * Buffers lines and writes them together: after {@link FLUSH_INTERVAL_MS}, with the next line of `warn`
 * or above, and at the end of the process. SIGKILL may lose the lines of the last milliseconds, and a
 * reader that is slower than the process may lose lines that the pipe cannot hold at the end.
 */
function buffered(out: { write(text: string): unknown }) {
  let lines = "";
  const flush = () => {
    if (lines !== "") out.write(lines);
    lines = "";
  };
  process.on("exit", flush);
  return {
    /** Makes pino set `lastLevel` before it writes a line. */
    [Symbol.for("pino.metadata")]: true,
    lastLevel: 0,
    write(line: string): void {
      if (lines === "") setTimeout(flush, FLUSH_INTERVAL_MS).unref();
      lines += line;
      if (this.lastLevel >= WARN_LEVEL) flush();
    },
  };
}
