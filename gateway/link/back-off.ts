const FIRST_MS = 50;
const LONGEST_MS = 1_000;

/** Milliseconds to wait before an attempt: none before the first, then twice as long each time, up to a second. */
export function backOff(attempt: number): number {
  return attempt === 0 ? 0 : Math.min(FIRST_MS * 2 ** (attempt - 1), LONGEST_MS);
}
