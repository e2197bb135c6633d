import { CLOSES, withRetryHint } from "@parley/contracts/closes";

const BATCH = 500;
/** Milliseconds between two batches, on average. */
const PAUSE_MS = 40;
/** How many sockets are asked to come back within the same second, on average. */
const BACK_PER_SECOND = 500;
const SPREAD_MS = { least: 1_000, most: 30_000 };

interface Closable {
  close(code: number, reason: string): void;
}

/**
 * Sends everyone away (1001), in batches at uneven times, each told when to come back: so that not
 * all are at the door of the next gateway in the same instant.
 */
export async function closeInBatches(
  sockets: readonly Closable[],
  random: () => number = Math.random,
): Promise<void> {
  const { code, reason } = CLOSES.goingAway;
  const spread = spreadOf(sockets.length);
  for (let start = 0; start < sockets.length; start += BATCH) {
    if (start > 0) await Bun.sleep(2 * PAUSE_MS * random());
    for (const socket of sockets.slice(start, start + BATCH))
      socket.close(code, withRetryHint(reason, random() * spread));
  }
}

/** Milliseconds over which so many come back. */
function spreadOf(sockets: number): number {
  const fair = (sockets / BACK_PER_SECOND) * 1_000;
  return Math.min(SPREAD_MS.most, Math.max(SPREAD_MS.least, fair));
}
