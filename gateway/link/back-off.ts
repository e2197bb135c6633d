const FIRST_MS = 50;
const SOON_MS = 100;
/** About five seconds: as long as a server takes that just starts, or starts again. */
const SOON_ATTEMPTS = 50;
const LATER_MS = 1_000;

/**
 * Milliseconds to wait before an attempt: none before the first, and little while a server that
 * starts may be there any moment. One gateway's attempts cost nobody anything, so they need no jitter.
 */
export function backOff(attempt: number): number {
  if (attempt === 0) return 0;
  if (attempt === 1) return FIRST_MS;
  return attempt <= SOON_ATTEMPTS ? SOON_MS : LATER_MS;
}
