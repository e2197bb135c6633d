/** Writes a line of the log; the level is that of the function. */
export type WriteLine = (fields: object, message: string) => void;

/**
 * Writes a line at most once per interval for its key, because a cause that stays would otherwise write
 * a line for each request.
 * @param key names the cause, and comes from a fixed set, because each key is remembered.
 */
export type WriteThrottledLine = (key: string, fields: object, message: string) => void;

export interface ThrottleOptions {
  readonly intervalMs?: number;
  readonly now?: () => number;
}

interface Cause {
  writtenAt: number;
  suppressed: number;
}

/**
 * Limits lines to one per minute for each key; `suppressed` in a line is the number of lines that were
 * left out since the last one.
 */
export function throttleLines(
  write: WriteLine,
  { intervalMs = 60_000, now = () => performance.now() }: ThrottleOptions = {},
): WriteThrottledLine {
  const causes = new Map<string, Cause>();
  return function writeThrottled(key, fields, message) {
    const cause = causes.get(key);
    const at = now();
    if (cause && at - cause.writtenAt < intervalMs) {
      cause.suppressed++;
      return;
    }
    causes.set(key, { writtenAt: at, suppressed: 0 });
    const suppressed = cause?.suppressed ?? 0;
    write(suppressed > 0 ? { ...fields, suppressed } : fields, message);
  };
}
