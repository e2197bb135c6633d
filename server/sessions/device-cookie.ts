import type { SessionId, UserId } from "@parley/contracts/ids";
import { createDeviceCookies, deviceCookieName } from "@parley/platform/http/device-cookie";
import type { Secrets } from "@parley/platform/http/token";
import type { Context } from "hono";
import { createBrowserCookie } from "./browser-cookie.ts";

const LIFETIME_S = 180 * 24 * 60 * 60;

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
 * The cookie is bound to the user and to the hash of the password: it is worth something to one user,
 * and until the password is changed. It replaces no password.
 */
export function createDeviceCookie(
  secrets: Secrets,
  { publicOrigin, now = Date.now }: DeviceCookieOptions,
) {
  const cookie = createBrowserCookie({ name: deviceCookieName, publicOrigin });
  const devices = createDeviceCookies(secrets, now);

  return {
    /**
     * @param account undefined takes as long as an account whose cookie does not match.
     * @returns the session in which the user of the account signed in with this browser before; null
     *   for a browser that is not known.
     */
    read(c: Context, account: Account | undefined): SessionId | null {
      const device = devices.verify(cookie.read(c));
      const isKnown = device?.isOf(account ? ownerOf(account) : "");
      return device && isKnown ? device.sid : null;
    },

    /** Makes the browser known, in which a session of the account begins or goes on. */
    set(c: Context, account: Account, sid: SessionId): void {
      const expiresAt = Math.floor(now() / 1000) + LIFETIME_S;
      cookie.set(c, devices.sign({ sid, expiresAt }, ownerOf(account)), LIFETIME_S);
    },
  };
}

function ownerOf({ id, password_hash }: Account): string {
  return `${id}\n${password_hash}`;
}
