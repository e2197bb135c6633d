import { CLOSES, withRetryHint } from "@parley/contracts/closes";

const BATCH_SIZE = 500;
/** Average pause between two batches. */
const PAUSE_MS = 40;
/** Average rate at which the closed sockets should reconnect. */
const RECONNECTS_PER_SECOND = 500;
const MIN_SPREAD_MS = 1_000;
const MAX_SPREAD_MS = 30_000;

interface Closable {
  close(code: number, reason: string): void;
}

/**
 * Closes all sockets with 1001, in batches with random pauses, each with a random time to reconnect
 * after, so that the browsers do not all connect to the next gateway at the same time.
 */
export async function closeInBatches(
  sockets: readonly Closable[],
  random: () => number = Math.random,
): Promise<void> {
  const { code, reason } = CLOSES.goingAway;
  const spread = spreadMs(sockets.length);
  for (let start = 0; start < sockets.length; start += BATCH_SIZE) {
    if (start > 0) await Bun.sleep(2 * PAUSE_MS * random());
    for (const socket of sockets.slice(start, start + BATCH_SIZE))
      socket.close(code, withRetryHint(reason, random() * spread));
  }
}

/** Time over which the browsers of so many sockets reconnect. */
function spreadMs(sockets: number): number {
  const spread = (sockets / RECONNECTS_PER_SECOND) * 1_000;
  return Math.min(MAX_SPREAD_MS, Math.max(MIN_SPREAD_MS, spread));
}
