const MAX_FRAMES = 64;
const MAX_BYTES = 64 * 1024;

/** Keeps what a browser sent while the link was down, in order and within bounds. */
export function createHeldFrames() {
  let frames: string[] = [];
  let bytes = 0;
  return {
    /** @returns false when there is no room for the frame. */
    hold(frame: string): boolean {
      bytes += Buffer.byteLength(frame);
      if (frames.length >= MAX_FRAMES || bytes > MAX_BYTES) return false;
      frames.push(frame);
      return true;
    },

    release(): readonly string[] {
      const released = frames;
      frames = [];
      bytes = 0;
      return released;
    },
  };
}
