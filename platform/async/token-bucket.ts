export interface Rate {
  /** Sustained rate. */
  readonly perSecond: number;
  /** How many may come at once after a pause: the size of the bucket. */
  readonly burst: number;
}

/** A token bucket, which is full at first. */
export class TokenBucket {
  #tokens: number;
  #updatedAt: number;

  /** @param now returns monotonic milliseconds. */
  constructor(
    private readonly rate: Rate,
    private readonly now: () => number = performance.now.bind(performance),
  ) {
    this.#tokens = rate.burst;
    this.#updatedAt = now();
  }

  /** Takes a token. @returns 0, or the seconds until there is one. */
  take(): number {
    const { perSecond, burst } = this.rate;
    const now = this.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#updatedAt) / 1_000) * perSecond);
    this.#updatedAt = now;
    if (this.#tokens < 1) return (1 - this.#tokens) / perSecond;
    this.#tokens -= 1;
    return 0;
  }
}

/** A token bucket for each of several keys, with a rate for each key. */
export class TokenBuckets<K extends string> {
  readonly #buckets = new Map<K, TokenBucket>();

  /** @param now returns monotonic milliseconds. */
  constructor(
    private readonly rates: Readonly<Record<K, Rate>>,
    private readonly now?: () => number,
  ) {}

  /** Takes a token of a key. @returns 0, or the seconds until there is one. */
  take(key: K): number {
    return this.#buckets.getOrInsertComputed(key, this.#open).take();
  }

  readonly #open = (key: K) => new TokenBucket(this.rates[key], this.now);
}
