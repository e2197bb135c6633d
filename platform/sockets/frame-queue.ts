import { LIMITS } from "@parley/contracts/limits";

/** Bytes that all queues of one pool may hold together. */
export interface FramePool {
  freeBytes: number;
}

/** `queue_full`: this queue holds too much. `pool_full`: all queues of its pool together do. */
export type PushResult = "queued" | "queue_full" | "pool_full";

/**
 * Frames of one session that cannot be sent or handled yet, in order and within limits of bytes.
 *
 * Each frame counts `LIMITS.frameQueue.overheadBytesPerFrame` bytes beside its text, because many empty frames would
 * otherwise fill the memory uncounted.
 */
export class FrameQueue {
  #frames: string[] = [];
  #bytes = 0;

  constructor(
    private readonly maxBytes: number = LIMITS.frameQueue.maxBytes,
    private readonly pool: FramePool = { freeBytes: Number.POSITIVE_INFINITY },
  ) {}

  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0;
  }

  push(frame: string): PushResult {
    const size = sizeOf(frame);
    if (this.#bytes + size > this.maxBytes) return "queue_full";
    if (size > this.pool.freeBytes) return "pool_full";
    this.#frames.push(frame);
    this.#count(size);
    return "queued";
  }

  /** Removes the oldest frame and returns it. */
  shift(): string | undefined {
    const frame = this.#frames.shift();
    if (frame !== undefined) this.#count(-sizeOf(frame));
    return frame;
  }

  /** Sends frames in order and removes them, until `send` returns false for one. */
  flush(send: (frame: string) => boolean): void {
    const refused = this.#frames.findIndex((frame) => !send(frame));
    const sent = this.#frames.splice(0, refused < 0 ? this.#frames.length : refused);
    this.#count(-sent.reduce((sum, frame) => sum + sizeOf(frame), 0));
  }

  clear(): void {
    this.#frames = [];
    this.#count(-this.#bytes);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.pool.freeBytes -= bytes;
  }
}

function sizeOf(frame: string): number {
  return Buffer.byteLength(frame) + LIMITS.frameQueue.overheadBytesPerFrame;
}
