import { trySetItem } from "../storage/device-storage.ts";

const STORAGE_KEY = "parley.token";

interface TokenExpiry {
  /** Half of the token's lifetime, in milliseconds since the epoch: the page renews the token after it. */
  renewAt: number;
}

/**
 * Stores when to renew a token. The token itself is in an `HttpOnly` cookie.
 * @returns that time, in milliseconds since the epoch.
 */
export function storeTokenExpiry(storage: Storage | null, expiresAt: string, now: number): number {
  const expiry: TokenExpiry = { renewAt: now + (Date.parse(expiresAt) - now) / 2 };
  trySetItem(storage, STORAGE_KEY, JSON.stringify(expiry));
  return expiry.renewAt;
}

/** @returns the milliseconds until the renewal; 0 if nothing is stored. */
export function renewalDelay(storage: Storage | null, now: number): number {
  const renewAt = Number(parse(storage?.getItem(STORAGE_KEY) ?? null)?.renewAt);
  return Number.isFinite(renewAt) ? Math.max(0, renewAt - now) : 0;
}

export function clearTokenExpiry(storage: Storage | null): void {
  storage?.removeItem(STORAGE_KEY);
}

function parse(text: string | null): Partial<TokenExpiry> | null {
  try {
    return text === null ? null : (JSON.parse(text) as Partial<TokenExpiry> | null);
  } catch {
    return null;
  }
}
