export interface FrameRate {
  /** Frames a second over a long time. */
  readonly perSecond: number;
  /** Frames that may come at once after a quiet time. */
  readonly burst: number;
}

/** How many frames one socket may send just now: a token bucket. */
export class FrameBudget {
  #left: number;
  #at: number;

  /** @param now in milliseconds, never going back. */
  constructor(
    private readonly rate: FrameRate,
    private readonly now: () => number = performance.now.bind(performance),
  ) {
    this.#left = rate.burst;
    this.#at = now();
  }

  /** Spends one frame, where there is one to spend. */
  take(): boolean {
    const now = this.now();
    const earned = ((now - this.#at) * this.rate.perSecond) / 1_000;
    this.#left = Math.min(this.rate.burst, this.#left + earned);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }
}
