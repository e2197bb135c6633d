import { expect, test } from "bun:test";
import { createDeviceCookies } from "@parley/platform/http/device-cookie";
import { Hono } from "hono";
import type { GatewayEnv } from "../gateway-env.ts";
import { SECRET } from "../testing/fake-server.ts";
import { createIsKnownBrowser } from "./is-known-browser.ts";

const SID = "0197bbbb-0000-7000-8000-000000000001";
const inAMinute = () => Math.floor(Date.now() / 1000) + 60;
const cookie = (secret: string, expiresAt = inAMinute()) =>
  createDeviceCookies([secret]).sign({ sid: SID, expiresAt }, "ann");

async function isKnown(cookies: string, { takesIt = true, https = false } = {}): Promise<boolean> {
  const isKnownBrowser = createIsKnownBrowser([SECRET]);
  const app = new Hono<GatewayEnv>().get("/", (c) => {
    c.set("https", https);
    c.set("route", {
      pattern: "/",
      access: "public",
      limit: "login",
      body: "json",
      ...(takesIt && { takesDeviceCookie: true }),
    });
    return c.json(isKnownBrowser(c));
  });
  const response = await app.request("/", { headers: { cookie: cookies } });
  return (await response.json()) as boolean;
}

test("A browser is known by a cookie that Parley signed and that has not expired", async () => {
  expect(await isKnown(`a=b; device=${cookie(SECRET)}`)).toBe(true);
  expect(await isKnown(`device=${cookie(SECRET, 1)}`)).toBe(false);
  expect(await isKnown(`device=${cookie("another secret, which is long enough")}`)).toBe(false);
  expect(await isKnown("device=forged")).toBe(false);
  expect(await isKnown("")).toBe(false);
});

test("No browser is known on a route that takes no device cookie", async () => {
  expect(await isKnown(`device=${cookie(SECRET)}`, { takesIt: false })).toBe(false);
});

test("Over HTTPS the cookie has the prefix of the host", async () => {
  expect(await isKnown(`device=${cookie(SECRET)}`, { https: true })).toBe(false);
  expect(await isKnown(`__Host-device=${cookie(SECRET)}`, { https: true })).toBe(true);
});
