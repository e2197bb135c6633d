import { store } from "../storage/device-storage.ts";

const STORED = "parley.token";

/** The half of the token's life, in milliseconds since the epoch, past which the page renews it. */
interface TokenLife {
  renewAt: number;
}

/**
 * Notes when a token was given and when it ends; the token itself stays in a cookie out of reach.
 * @returns when to renew it.
 */
export function noteToken(storage: Storage | null, expiresAt: string, now: number): number {
  const life: TokenLife = { renewAt: now + (Date.parse(expiresAt) - now) / 2 };
  store(storage, STORED, JSON.stringify(life));
  return life.renewAt;
}

/** How long to wait before the renewal, in milliseconds: 0 when nothing is known of the token. */
export function renewalDelay(storage: Storage | null, now: number): number {
  const renewAt = Number(parse(storage?.getItem(STORED) ?? null)?.renewAt);
  return Number.isFinite(renewAt) ? Math.max(0, renewAt - now) : 0;
}

export function forgetToken(storage: Storage | null): void {
  storage?.removeItem(STORED);
}

function parse(text: string | null): Partial<TokenLife> | null {
  try {
    return text === null ? null : (JSON.parse(text) as Partial<TokenLife> | null);
  } catch {
    return null;
  }
}
