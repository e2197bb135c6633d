export interface Rate {
  /** How many a second over a long time. */
  readonly perSecond: number;
  /** How many may come at once after a quiet time. */
  readonly burst: number;
}

/** A token bucket: it is full at first, and fills again as time goes by. */
export class TokenBucket {
  #left: number;
  #at: number;

  /** @param now in milliseconds, never going back. */
  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = performance.now.bind(performance),
  ) {
    this.#left = rate.burst;
    this.#at = now();
  }

  /** Takes one where there is one. @returns 0, or else the seconds until there is. */
  take(): number {
    const { perSecond, burst } = this.rate;
    const now = this.now();
    this.#left = Math.min(burst, this.#left + ((now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    if (this.#left < 1) return (1 - this.#left) / perSecond;
    this.#left -= 1;
    return 0;
  }
}
