import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";

interface BrowserCookieOptions {
  name(https: boolean): string;
  /** The origin that browsers use; if undefined, the gateway's `X-Forwarded-Proto` decides whether the connection is HTTPS. */
  publicOrigin: string | undefined;
}

/** Reads, sets and clears a cookie that pages cannot read (`HttpOnly`, `SameSite=Lax`), `Secure` over HTTPS. */
export function createBrowserCookie({ name, publicOrigin }: BrowserCookieOptions) {
  const isHttps = (c: Context) =>
    publicOrigin?.startsWith("https:") ?? c.req.header("x-forwarded-proto") === "https";
  const nameOf = (c: Context) => name(isHttps(c));
  const attributes = (c: Context) => ({
    path: "/",
    httpOnly: true,
    sameSite: "Lax" as const,
    secure: isHttps(c),
  });
  return {
    read: (c: Context): string | undefined => getCookie(c, nameOf(c)),
    set(c: Context, value: string, maxAge: number): void {
      setCookie(c, nameOf(c), value, { ...attributes(c), maxAge });
    },
    clear(c: Context): void {
      deleteCookie(c, nameOf(c), attributes(c));
    },
  };
}
