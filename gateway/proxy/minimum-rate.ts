import { Refusal } from "@parley/platform/http/problem";

/** The rate at which a body must arrive at least. */
export interface MinimumRate {
  readonly bytes: number;
  readonly withinMs: number;
}

/**
 * Times the sender of a body. The clock runs only while the next piece is awaited, and restarts with
 * every `bytes` that arrived, so that single bytes buy no time.
 */
export function createRateTimer({ bytes, withinMs }: MinimumRate) {
  let leftMs = withinMs;
  let receivedBytes = 0;
  return {
    /**
     * Waits for the next piece.
     * @throws Refusal `request_timeout` when the time is up.
     */
    async wait<T>(next: Promise<T>): Promise<T> {
      const start = performance.now();
      const timeout = Promise.withResolvers<never>();
      const timer = setTimeout(() => timeout.reject(new Refusal("request_timeout")), leftMs);
      const piece = await Promise.race([next, timeout.promise]).finally(() => clearTimeout(timer));
      leftMs = Math.max(0, leftMs - (performance.now() - start));
      return piece;
    },
    received(count: number): void {
      receivedBytes += count;
      if (receivedBytes < bytes) return;
      receivedBytes = 0;
      leftMs = withinMs;
    },
  };
}
