import { LIMITS } from "@parley/contracts/limits";

/** Bytes that are kept for one socket, and for all sockets together. */
const ROOM = { bytes: LIMITS.frameQueue.maxBytes, total: 64 * 1024 * 1024 };

export type HeldFrames = ReturnType<ReturnType<typeof createHeldFrames>>;

/**
 * Keeps what browsers sent and what cannot go up yet, in order and within bounds.
 * @returns what makes a place for one socket's frames.
 */
export function createHeldFrames({ bytes: maxBytes, total } = ROOM) {
  let free = total;

  return function holdForOne() {
    let frames: string[] = [];
    let bytes = 0;
    return {
      get bytes() {
        return bytes;
      },
      get isEmpty() {
        return frames.length === 0;
      },

      /** Keeps a frame, or tells whose room is used up. */
      hold(frame: string): "held" | "own_room" | "all_room" {
        const size = sizeOf(frame);
        if (bytes + size > maxBytes) return "own_room";
        if (size > free) return "all_room";
        frames.push(frame);
        bytes += size;
        free -= size;
        return "held";
      },

      /** Lets frames go in their order, for as long as each is taken. */
      release(take: (frame: string) => boolean): void {
        const kept = frames.findIndex((frame) => !take(frame));
        const gone = frames.splice(0, kept < 0 ? frames.length : kept);
        const size = gone.reduce((sum, frame) => sum + sizeOf(frame), 0);
        bytes -= size;
        free += size;
      },

      clear(): void {
        free += bytes;
        frames = [];
        bytes = 0;
      },
    };
  };
}

function sizeOf(frame: string): number {
  return Buffer.byteLength(frame) + LIMITS.frameQueue.overheadBytesPerFrame;
}
