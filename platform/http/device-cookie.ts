import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { SessionId } from "@parley/contracts/ids";
import type { Secrets } from "./token.ts";

/** Separates the key from those of other purposes that come from the same secret (RFC 5869, 3.2). */
const KEY_PURPOSE = "parley device cookie 1";
const KEY_BYTES = 32;
/** The session, the expiry in Unix seconds, the binding, and the signature of the three. */
const COOKIE = /^([\da-f-]{36})\.(\d{1,12})\.([\w-]{43})\.([\w-]{43})$/;

/** What a device cookie states. */
export interface Device {
  /** The session that made the browser known. */
  readonly sid: SessionId;
  /** In Unix seconds. */
  readonly expiresAt: number;
}

/** A device cookie that Parley made and that has not expired. */
export interface VerifiedDevice extends Device {
  /** Whether the cookie was made for this owner. Takes as long whatever the answer. */
  isOf(owner: string): boolean;
}

/**
 * The name of the cookie by which a browser is known in which a user signed in before. The prefix has
 * the purpose that `sessionCookieName` explains.
 */
export function deviceCookieName(https: boolean): string {
  return https ? "__Host-device" : "device";
}

/**
 * Signs and verifies the values of device cookies. A value is bound to an owner without naming it; only
 * who knows the owner can tell whose browser it is.
 * @param secrets the first signs, and each of them may have signed.
 */
export function createDeviceCookies(secrets: Secrets, now: () => number = Date.now) {
  const keys = secrets.map(deriveKey) as [Buffer, ...Buffer[]];

  return {
    sign({ sid, expiresAt }: Device, owner: string): string {
      const [key] = keys;
      const signed = `${sid}.${expiresAt}.${binding(key, sid, owner)}`;
      return `${signed}.${mac(key, signed)}`;
    },

    /** @returns null for a value that Parley did not make, and for one that has expired. */
    verify(value: string | undefined): VerifiedDevice | null {
      const [, sid = "", expiry = "", bound = "", signature = ""] = COOKIE.exec(value ?? "") ?? [];
      const signed = `${sid}.${expiry}.${bound}`;
      const key = keys.find((one) => isSame(signature, mac(one, signed)));
      const expiresAt = Number(expiry);
      if (!key || expiresAt * 1000 <= now()) return null;
      return { sid, expiresAt, isOf: (owner) => isSame(bound, binding(key, sid, owner)) };
    },
  };
}

function deriveKey(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", KEY_PURPOSE, KEY_BYTES));
}

/** A text that is signed begins with the session's UUID, so that no binding is the signature of a cookie. */
function binding(key: Buffer, sid: SessionId, owner: string): string {
  return mac(key, `owner\n${sid}\n${owner}`);
}

function mac(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64url");
}

function isSame(given: string, expected: string): boolean {
  return (
    given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))
  );
}
