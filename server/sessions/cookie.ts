import type { Context } from "hono";
import { deleteCookie, setCookie } from "hono/cookie";
import type { Grant } from "./store.ts";

const NAME = "token";

export type SessionCookie = ReturnType<typeof createSessionCookie>;

/** The cookie in which a browser keeps its token, out of reach of scripts and other sites. */
export function createSessionCookie(publicOrigin: string | undefined) {
  const attributes = (c: Context) => ({
    path: "/",
    httpOnly: true,
    sameSite: "Lax" as const,
    secure: publicOrigin?.startsWith("https:") ?? c.req.header("x-forwarded-proto") === "https",
  });
  return {
    set(c: Context, { token, expiresAt }: Grant): void {
      const maxAge = Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000));
      setCookie(c, NAME, token, { ...attributes(c), maxAge });
    },
    clear(c: Context): void {
      deleteCookie(c, NAME, attributes(c));
    },
  };
}
