import { expect, test } from "bun:test";
import { clearTokenExpiry, renewalDelay, storeTokenExpiry } from "./token-expiry.ts";

function storage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as unknown as Storage;
}

test("a token is renewed once half of its life is over", () => {
  const kept = storage();
  storeTokenExpiry(kept, new Date(10_000).toISOString(), 0);
  expect(renewalDelay(kept, 1_000)).toBe(4_000);
  expect(renewalDelay(kept, 5_000)).toBe(0);
});

test("a browser that has no room for it does not keep anybody from signing in", () => {
  const full = storage();
  full.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  storeTokenExpiry(full, new Date(10_000).toISOString(), 0);
  expect(renewalDelay(full, 0)).toBe(0);
});

test("of an unknown token the life is taken to be over", () => {
  const kept = storage();
  expect(renewalDelay(kept, 0)).toBe(0);
  kept.setItem("parley.token", "not JSON");
  expect(renewalDelay(kept, 0)).toBe(0);
  storeTokenExpiry(kept, new Date(10_000).toISOString(), 0);
  clearTokenExpiry(kept);
  expect(renewalDelay(kept, 0)).toBe(0);
});
