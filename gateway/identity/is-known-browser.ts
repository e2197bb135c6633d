import { createDeviceCookies, deviceCookieName } from "@parley/platform/http/device-cookie";
import type { Secrets } from "@parley/platform/http/token";
import type { Context } from "hono";
import { getCookie } from "hono/cookie";
import type { GatewayEnv } from "../gateway-env.ts";

/** Whether some user signed in with the browser before; only the server can tell which. */
export type IsKnownBrowser = (c: Context<GatewayEnv>) => boolean;

/** Creates the check by the device cookie, on routes that take one. */
export function createIsKnownBrowser(secrets: Secrets): IsKnownBrowser {
  const devices = createDeviceCookies(secrets);
  return (c) =>
    c.get("route").takesDeviceCookie === true &&
    devices.verify(getCookie(c, deviceCookieName(c.get("https")))) !== null;
}
