import type { Store } from "hono-rate-limiter";
import type { GatewayEnv } from "../gateway-env.ts";

export type RateLimitStore = Store<GatewayEnv>;

interface Window {
  totalHits: number;
  readonly resetTime: Date;
}

/**
 * Counts in memory, in a window for each key that starts with its first request; holds at most
 * `maxKeys`, however many callers come within one window: then the oldest window gives way.
 */
export function createBoundedStore({
  windowMs,
  maxKeys = 100_000,
  now = Date.now,
}: {
  windowMs: number;
  maxKeys?: number;
  now?: () => number;
}): RateLimitStore & { readonly size: number } {
  /** In the order of their start, so that what has run out stands in front. */
  const windows = new Map<string, Window>();
  const isOver = (window: Window) => window.resetTime.getTime() <= now();

  function open(key: string): Window {
    windows.delete(key);
    makeRoom();
    const window = { totalHits: 0, resetTime: new Date(now() + windowMs) };
    windows.set(key, window);
    return window;
  }

  function makeRoom(): void {
    for (const [key, window] of windows) {
      if (!isOver(window) && windows.size < maxKeys) return;
      windows.delete(key);
    }
  }

  return {
    get size() {
      return windows.size;
    },
    get: (key) => windows.get(key),
    increment(key) {
      const known = windows.get(key);
      const window = known && !isOver(known) ? known : open(key);
      window.totalHits++;
      return window;
    },
    decrement(key) {
      const window = windows.get(key);
      if (window && window.totalHits > 0) window.totalHits--;
    },
    resetKey: (key) => void windows.delete(key),
    resetAll: () => windows.clear(),
  };
}
