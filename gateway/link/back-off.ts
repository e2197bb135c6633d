const FIRST_DELAY_MS = 50;
const SHORT_DELAY_MS = 100;
/** About five seconds of attempts: the time that a server takes to start. */
const SHORT_DELAY_ATTEMPTS = 50;
const LONG_DELAY_MS = 1_000;

/**
 * How long to wait before an attempt, in milliseconds: not at all before the first, and briefly while a
 * server may just be starting. One gateway's attempts are no load, so the delays have no jitter.
 */
export function backOffMs(attempt: number): number {
  if (attempt === 0) return 0;
  if (attempt === 1) return FIRST_DELAY_MS;
  return attempt <= SHORT_DELAY_ATTEMPTS ? SHORT_DELAY_MS : LONG_DELAY_MS;
}
