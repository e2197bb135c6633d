import type { Store } from "hono-rate-limiter";
import type { GatewayEnv } from "../gateway-env.ts";

export type RateLimitStore = Store<GatewayEnv>;

interface Window {
  totalHits: number;
  readonly resetTime: Date;
}

/**
 * Counts in memory, in a window for each key that starts with its first request; holds at most
 * `maxKeys`, however many callers come within one window.
 *
 * Windows live in two generations, and whoever comes again moves to the young one. When that is half
 * of what may be held, or a window old, it becomes the old one, and the old one is forgotten at once:
 * no caller ever pays for looking for room, and those who keep coming are not forgotten for a flood of
 * others.
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
  let young = new Map<string, Window>();
  let old = new Map<string, Window>();
  let turned = now();

  function find(key: string): Window | undefined {
    const window = young.get(key) ?? old.get(key);
    return window && window.resetTime.getTime() > now() ? window : undefined;
  }

  function keep(key: string, window: Window): void {
    if (young.size >= maxKeys / 2 || now() - turned >= windowMs) turn();
    old.delete(key);
    young.set(key, window);
  }

  function turn(): void {
    old = young;
    young = new Map();
    turned = now();
  }

  return {
    get size() {
      return young.size + old.size;
    },
    get: find,
    increment(key) {
      const window = find(key) ?? { totalHits: 0, resetTime: new Date(now() + windowMs) };
      if (young.get(key) !== window) keep(key, window);
      window.totalHits++;
      return window;
    },
    decrement(key) {
      const window = find(key);
      if (window && window.totalHits > 0) window.totalHits--;
    },
    resetKey(key) {
      young.delete(key);
      old.delete(key);
    },
    resetAll() {
      young.clear();
      old.clear();
    },
  };
}
