import type { RateLimitStore } from "./rate-limit-store.ts";

interface Window {
  totalHits: number;
  readonly resetTime: Date;
}

export interface BoundedStoreOptions {
  readonly windowMs: number;
  readonly maxKeys?: number;
  readonly now?: () => number;
}

/**
 * Counts in memory, for at most `maxKeys` keys, however many callers come within one window.
 *
 * Windows live in two generations, and a key that comes again moves to the new one. When the new
 * generation holds half of `maxKeys`, or is a window old, it becomes the old one, and the old one is
 * dropped at once: so no request pays for a search for room, and keys that keep coming are not dropped
 * because of a flood of other keys.
 */
export function createBoundedStore({
  windowMs,
  maxKeys = 100_000,
  now = Date.now,
}: BoundedStoreOptions): RateLimitStore & { readonly size: number } {
  let current = new Map<string, Window>();
  let previous = new Map<string, Window>();
  let rotatedAt = now();

  function find(key: string): Window | undefined {
    const window = current.get(key) ?? previous.get(key);
    return window && window.resetTime.getTime() > now() ? window : undefined;
  }

  function store(key: string, window: Window): void {
    if (current.size >= maxKeys / 2 || now() - rotatedAt >= windowMs) rotate();
    previous.delete(key);
    current.set(key, window);
  }

  function rotate(): void {
    previous = current;
    current = new Map();
    rotatedAt = now();
  }

  return {
    get size() {
      return current.size + previous.size;
    },
    get: find,
    increment(key) {
      const window = find(key) ?? { totalHits: 0, resetTime: new Date(now() + windowMs) };
      if (current.get(key) !== window) store(key, window);
      window.totalHits++;
      return window;
    },
    decrement(key) {
      const window = find(key);
      if (window && window.totalHits > 0) window.totalHits--;
    },
    resetKey(key) {
      current.delete(key);
      previous.delete(key);
    },
    resetAll() {
      current.clear();
      previous.clear();
    },
  };
}
