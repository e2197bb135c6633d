import type { ServerConnection } from "./server-connection.ts";

/** Characters delivered in one turn of the event loop, so that other work gets its turn in between. */
const CHARACTERS_PER_TURN = 1024 * 1024;
/** Bytes that may be buffered on a connection's socket before more is delivered. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;
const POLL_INTERVAL_MS = 5;
/** Polls of one delivery, over all its connections: a link that hangs must not hold up the others. */
const MAX_POLLS = 200;

/**
 * Delivers many frames and encodes each only when its turn comes, so that the memory for unsent frames
 * stays small.
 * @param frames pairs of connection and encoded frame, produced one at a time.
 */
export async function deliverWithBackpressure(
  frames: Iterable<readonly [ServerConnection, string]>,
): Promise<void> {
  let delivered = 0;
  let polls = 0;
  for (const [connection, frame] of frames) {
    connection.deliver(frame);
    delivered += frame.length;
    if (delivered < CHARACTERS_PER_TURN) continue;
    delivered = 0;
    await new Promise(setImmediate);
    for (; connection.bufferedBytes > MAX_BUFFERED_BYTES && polls < MAX_POLLS; polls++)
      await Bun.sleep(POLL_INTERVAL_MS);
  }
}
