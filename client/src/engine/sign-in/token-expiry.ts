import { trySetItem } from "../storage/device-storage.ts";

const STORAGE_KEY = "parley.token";

/** The half of the token's life, in milliseconds since the epoch, past which the page renews it. */
interface TokenExpiry {
  renewAt: number;
}

/**
 * Notes when a token was given and when it ends; the token itself stays in a cookie out of reach.
 * @returns when to renew it.
 */
export function storeTokenExpiry(storage: Storage | null, expiresAt: string, now: number): number {
  const life: TokenExpiry = { renewAt: now + (Date.parse(expiresAt) - now) / 2 };
  trySetItem(storage, STORAGE_KEY, JSON.stringify(life));
  return life.renewAt;
}

/** How long to wait before the renewal, in milliseconds: 0 when nothing is known of the token. */
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
