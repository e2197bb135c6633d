const WINDOW_MS = 60_000;
const ALLOWED = 2;

/** When a browser sent what could not be read, within the last minute. */
export type Strikes = readonly number[];

/** Adds a strike, and tells whether it was one too many: the third in a minute is. */
export function strike(earlier: Strikes, now: number): { strikes: Strikes; out: boolean } {
  const strikes = [...earlier.filter((at) => now - at < WINDOW_MS), now];
  return { strikes, out: strikes.length > ALLOWED };
}
