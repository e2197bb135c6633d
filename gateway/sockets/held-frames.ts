/** How much is kept for one socket, and how many bytes for all sockets together. */
const BOUNDS = { frames: 1_024, bytes: 1024 * 1024, total: 64 * 1024 * 1024 };
/** Bytes that a frame takes beside its text: many tiny ones would fill the memory uncounted. */
const OVERHEAD = 64;

export type HeldFrames = ReturnType<ReturnType<typeof createHeldFrames>>;

/**
 * Keeps what browsers send while the link is down, in order and within bounds.
 * @returns what makes a place for one socket's frames.
 */
export function createHeldFrames({ frames: maxFrames, bytes: maxBytes, total } = BOUNDS) {
  let free = total;

  return function holdForOne() {
    let frames: string[] = [];
    let bytes = 0;
    let isFull = false;
    return {
      /**
       * Keeps a frame, or drops it where there is no room. What follows a dropped one is dropped too:
       * it would overtake what the browser sends again after its next `welcome`.
       */
      hold(frame: string): void {
        const size = Buffer.byteLength(frame);
        isFull ||= frames.length >= maxFrames || bytes + size > maxBytes || size + OVERHEAD > free;
        if (isFull) return;
        frames.push(frame);
        bytes += size;
        free -= size + OVERHEAD;
      },

      release(): readonly string[] {
        const released = frames;
        free += bytes + released.length * OVERHEAD;
        frames = [];
        bytes = 0;
        isFull = false;
        return released;
      },
    };
  };
}
