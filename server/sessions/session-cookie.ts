import { sessionCookieName } from "@parley/platform/http/session-cookie";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { IssuedToken } from "./session-store.ts";

export type SessionCookie = ReturnType<typeof createSessionCookie>;

/**
 * Reads, sets and clears the cookie that holds a browser's token (`HttpOnly`, `SameSite=Lax`).
 * @param publicOrigin the origin that browsers use; if undefined, the gateway's `X-Forwarded-Proto`
 *   decides whether the connection is HTTPS.
 */
export function createSessionCookie(publicOrigin: string | undefined) {
  const isHttps = (c: Context) =>
    publicOrigin?.startsWith("https:") ?? c.req.header("x-forwarded-proto") === "https";
  const name = (c: Context) => sessionCookieName(isHttps(c));
  const attributes = (c: Context) => ({
    path: "/",
    httpOnly: true,
    sameSite: "Lax" as const,
    secure: isHttps(c),
  });
  return {
    read: (c: Context): string | undefined => getCookie(c, name(c)),
    set(c: Context, { token, expiresAt }: IssuedToken): void {
      const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
      setCookie(c, name(c), token, { ...attributes(c), maxAge });
    },
    clear(c: Context): void {
      deleteCookie(c, name(c), attributes(c));
    },
  };
}
