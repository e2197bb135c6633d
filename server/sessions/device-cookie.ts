import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import type { SessionId, UserId } from "@parley/contracts/ids";
import { deviceCookieName } from "@parley/platform/http/device-cookie";
import type { Secrets } from "@parley/platform/http/token";
import type { Context } from "hono";
import { createBrowserCookie } from "./browser-cookie.ts";

const LIFETIME_S = 180 * 24 * 60 * 60;
/** Separates the key from those of other purposes that come from the same secret (RFC 5869, 3.2). */
const KEY_PURPOSE = "parley device cookie 1";
const KEY_BYTES = 32;
/** The session, the expiry in Unix seconds, and the signature. */
const COOKIE = /^([\da-f-]{36})\.(\d{1,12})\.([\w-]{43})$/;

interface Account {
  readonly id: UserId;
  readonly password_hash: string;
}

interface DeviceCookieOptions {
  publicOrigin: string | undefined;
  now?: () => number;
}

export type DeviceCookie = ReturnType<typeof createDeviceCookie>;

/**
 * The cookie by which a browser is known in which a user signed in before (OWASP, “Slow Down Online
 * Guessing Attacks with Device Cookies”). Failed sign-ins of a known browser are counted apart, so that
 * the guesses of strangers do not keep its user out.
 *
 * The signature covers the user and the hash of the password: a cookie is valid for one user, and until
 * the password is changed. The cookie replaces no password.
 */
export function createDeviceCookie(
  secrets: Secrets,
  { publicOrigin, now = Date.now }: DeviceCookieOptions,
) {
  const cookie = createBrowserCookie({ name: deviceCookieName, publicOrigin });
  const [key, ...previousKeys] = secrets.map(deriveKey) as [Buffer, ...Buffer[]];
  const nowS = () => Math.floor(now() / 1000);

  return {
    /**
     * @param account undefined takes as long as an account whose cookie does not match.
     * @returns the session in which the user of the account signed in with this browser before; null
     *   for a browser that is not known.
     */
    read(c: Context, account: Account | undefined): SessionId | null {
      const [, sid = "", expiry = "", signature = ""] = COOKIE.exec(cookie.read(c) ?? "") ?? [];
      if (sid === "" || Number(expiry) <= nowS()) return null;
      const { id, password_hash } = account ?? { id: "", password_hash: "" };
      const isSigned = [key, ...previousKeys].some((one) =>
        isSame(signature, sign(one, [sid, expiry, id, password_hash])),
      );
      return isSigned && account ? sid : null;
    },

    /** Makes the browser known, in which a session of the account begins or goes on. */
    set(c: Context, { id, password_hash }: Account, sid: SessionId): void {
      const expiry = String(nowS() + LIFETIME_S);
      const signature = sign(key, [sid, expiry, id, password_hash]);
      cookie.set(c, `${sid}.${expiry}.${signature}`, LIFETIME_S);
    },
  };
}

function deriveKey(secret: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", KEY_PURPOSE, KEY_BYTES));
}

/** None of the parts holds a line break. */
function sign(key: Buffer, parts: readonly string[]): string {
  return createHmac("sha256", key).update(parts.join("\n")).digest("base64url");
}

function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
