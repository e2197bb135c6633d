import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { SETTINGS } from "../settings.ts";
import { createSessionCookie } from "./session-cookie.ts";

const { SESSION_TTL } = SETTINGS;
const HTTPS = { "x-forwarded-proto": "https" };

/** A server that sets the cookie of a session that lives `ttl` milliseconds, reads the cookie and clears it. */
function open(publicOrigin?: string, ttl = 60_000) {
  const cookie = createSessionCookie(publicOrigin);
  const app = new Hono()
    .get("/set", (c) => {
      cookie.set(c, { sid: "s", token: "t", expiresAt: new Date(Date.now() + ttl) });
      return c.body(null);
    })
    .get("/clear", (c) => {
      cookie.clear(c);
      return c.body(null);
    })
    .get("/read", (c) => c.text(cookie.read(c) ?? "nothing"));
  return async function ask(path: string, headers: Record<string, string> = {}) {
    const answer = await app.request(path, { headers });
    return answer.headers.get("set-cookie") ?? answer.text();
  };
}

test("The cookie of the longest configurable session lives as long as the session", async () => {
  const ask = open(undefined, SESSION_TTL.read("400d"));
  expect(await ask("/set")).toMatch(/Max-Age=34(560000|559999);/);
});

test("A session longer than a browser’s limit for cookies can’t be configured", () => {
  expect(() => SESSION_TTL.read("401d")).toThrow("up to 400d");
});

describe("the session cookie over plain HTTP", () => {
  test.each([
    [undefined, {}],
    ["http://chat.example", HTTPS],
  ])("The cookie is named `token` for origin %p", async (origin, headers) => {
    const ask = open(origin);
    expect(await ask("/set", headers)).toMatch(
      /^token=t; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(await ask("/clear", headers)).toMatch(
      /^token=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    const jar = "__Host-token=host; token=plain";
    expect(await ask("/read", { ...headers, cookie: jar })).toBe("plain");
  });
});

describe("the session cookie over HTTPS", () => {
  test.each([
    [undefined, HTTPS],
    ["https://chat.example", {}],
  ])(
    "The cookie is named `__Host-token` for origin %p, and `token` is ignored",
    async (origin, headers) => {
      const ask = open(origin);
      expect(await ask("/set", headers)).toMatch(
        /^__Host-token=t; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      expect(await ask("/clear", headers)).toMatch(
        /^__Host-token=; Max-Age=0; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      const jar = "token=plain; __Host-token=host";
      expect(await ask("/read", { ...headers, cookie: jar })).toBe("host");
      expect(await ask("/read", { ...headers, cookie: "token=plain" })).toBe("nothing");
    },
  );
});
