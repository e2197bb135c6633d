import { expect, test } from "bun:test";
import { Hono } from "hono";
import { SETTINGS } from "../settings.ts";
import { createSessionCookie } from "./cookie.ts";

const { SESSION_TTL } = SETTINGS;

/** The cookie of a session that lives for a time, in milliseconds. */
async function cookieFor(ttl: number): Promise<string | null> {
  const cookie = createSessionCookie(undefined);
  const app = new Hono().get("/", (c) => {
    cookie.set(c, { sid: "s", token: "t", expiresAt: new Date(Date.now() + ttl) });
    return c.body(null);
  });
  return (await app.request("/")).headers.get("set-cookie");
}

test("the longest session that can be set has a cookie as long", async () => {
  expect(await cookieFor(SESSION_TTL.read("400d"))).toMatch(/Max-Age=34(560000|559999);/);
});

test("a session longer than a browser keeps a cookie can’t be set", () => {
  expect(() => SESSION_TTL.read("401d")).toThrow("up to 400d");
});
