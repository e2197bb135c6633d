import type { Session } from "./session.ts";

/** Characters delivered in one turn of the event loop: what else waits has its turn between. */
const TURN = 1024 * 1024;
/** Bytes that may wait on the socket which carries a session before more is delivered. */
const BACKLOG = 8 * 1024 * 1024;
/** Milliseconds between two looks at a backlog, and for how many looks a delivery waits: a link that hangs must not hold up all others. */
const LOOK_AGAIN = 5;
const PATIENCE = 200;

/**
 * Delivers many frames, each made only when it is its turn, so that what waits for the network stays
 * small however many there are.
 */
export async function deliverWithBackpressure(
  frames: Iterable<readonly [Session, string]>,
): Promise<void> {
  let delivered = 0;
  let looks = 0;
  for (const [session, frame] of frames) {
    session.deliver(frame);
    delivered += frame.length;
    if (delivered < TURN) continue;
    delivered = 0;
    await new Promise(setImmediate);
    for (; session.bufferedBytes > BACKLOG && looks < PATIENCE; looks++)
      await Bun.sleep(LOOK_AGAIN);
  }
}
