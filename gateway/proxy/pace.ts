import { Refusal } from "@parley/platform/http/problem";

/** The least that a body has to bring while its caller is waited for. */
export interface LeastPace {
  readonly bytes: number;
  /** Milliseconds. */
  readonly within: number;
}

/**
 * Times a caller who sends, and nobody else: the clock runs while a piece is waited for, and begins
 * anew with each `bytes` that came, so that crumbs buy no time.
 */
export function createPace({ bytes, within }: LeastPace) {
  let left = within;
  let came = 0;
  return {
    /**
     * Waits for the next piece.
     * @throws Refusal `request_timeout` when the time is up.
     */
    async until<T>(next: Promise<T>): Promise<T> {
      const since = performance.now();
      const late = Promise.withResolvers<never>();
      const timer = setTimeout(() => late.reject(new Refusal("request_timeout")), left);
      const piece = await Promise.race([next, late.promise]).finally(() => clearTimeout(timer));
      left -= performance.now() - since;
      return piece;
    },
    came(more: number): void {
      came += more;
      if (came < bytes) return;
      came = 0;
      left = within;
    },
  };
}
