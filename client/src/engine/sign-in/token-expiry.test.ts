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

test("A token is renewed after half of its lifetime", () => {
  const stored = storage();
  storeTokenExpiry(stored, new Date(10_000).toISOString(), 0);
  expect(renewalDelay(stored, 1_000)).toBe(4_000);
  expect(renewalDelay(stored, 5_000)).toBe(0);
});

test("A full storage does not prevent a sign-in", () => {
  const full = storage();
  full.setItem = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  storeTokenExpiry(full, new Date(10_000).toISOString(), 0);
  expect(renewalDelay(full, 0)).toBe(0);
});

test("An unknown token is renewed at once", () => {
  const stored = storage();
  expect(renewalDelay(stored, 0)).toBe(0);
  stored.setItem("parley.token", "not JSON");
  expect(renewalDelay(stored, 0)).toBe(0);
  storeTokenExpiry(stored, new Date(10_000).toISOString(), 0);
  clearTokenExpiry(stored);
  expect(renewalDelay(stored, 0)).toBe(0);
});
