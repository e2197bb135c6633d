import { sessionCookieName } from "@parley/platform/http/session-cookie";
import type { Context } from "hono";
import { createBrowserCookie } from "./browser-cookie.ts";
import type { IssuedToken } from "./session-store.ts";

export type SessionCookie = ReturnType<typeof createSessionCookie>;

/** Reads, sets and clears the cookie that holds a browser's token. */
export function createSessionCookie(publicOrigin: string | undefined) {
  const { read, set, clear } = createBrowserCookie({ name: sessionCookieName, publicOrigin });
  return {
    read,
    set(c: Context, { token, expiresAt }: IssuedToken): void {
      set(c, token, Math.max(0, Math.floor((expiresAt.getTime() - Date.now()) / 1000)));
    },
    clear,
  };
}
