import { LIMITS } from "@parley/contracts/limits";

/** Keeps frames of a session that can't be handled yet, in order: as much as a gateway lets go at once. */
export function createFrameQueue() {
  let frames: string[] = [];
  let bytes = 0;

  return {
    /** @returns whether there was room. */
    keep(frame: string): boolean {
      const size = sizeOf(frame);
      if (bytes + size > LIMITS.frameQueue.maxBytes) return false;
      frames.push(frame);
      bytes += size;
      return true;
    },

    /** Takes out the oldest. */
    next(): string | undefined {
      const frame = frames.shift();
      if (frame !== undefined) bytes -= sizeOf(frame);
      return frame;
    },

    clear(): void {
      frames = [];
      bytes = 0;
    },
  };
}

function sizeOf(frame: string): number {
  return Buffer.byteLength(frame) + LIMITS.frameQueue.overheadBytesPerFrame;
}
