import { expect, test } from "bun:test";
import { Hono } from "hono";
import { createDeviceCookie } from "./device-cookie.ts";

const SECRET = "a secret of the tests, long enough to sign";
const SID = "0197bbbb-0000-7000-8000-000000000001";
const DAY_MS = 24 * 60 * 60_000;
const ann = { id: "0197aaaa-0000-7000-8000-000000000001", password_hash: "$argon2id$one" };
const bob = { id: "0197aaaa-0000-7000-8000-000000000002", password_hash: "$argon2id$two" };

let time = Date.parse("2030-01-01T00:00:00Z");

/** A server that makes the browser known to Ann, and says whom it knows. */
function open(secrets: readonly [string, ...string[]] = [SECRET], publicOrigin?: string) {
  const device = createDeviceCookie(secrets, { publicOrigin, now: () => time });
  const accounts = { ann, bob, changed: { ...ann, password_hash: "$argon2id$new" } };
  const app = new Hono()
    .get("/set", (c) => {
      device.set(c, ann, SID);
      return c.body(null);
    })
    .get("/read/:name", (c) =>
      c.text(device.read(c, accounts[c.req.param("name") as "ann"]) ?? "unknown"),
    );
  const set = async () => (await app.request("/set")).headers.get("set-cookie") ?? "";
  const firstPart = (setCookie: string) => setCookie.split(";")[0] ?? "";
  return {
    set,
    cookie: async () => firstPart(await set()),
    read: async (name: string, cookie: string) =>
      (await app.request(`/read/${name}`, { headers: { cookie } })).text(),
  };
}

test("The cookie lives 180 days, and no page can read it", async () => {
  expect(await open().set()).toMatch(
    /^device=[\w.-]+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Lax$/,
  );
  expect(await open([SECRET], "https://chat.example").set()).toMatch(
    /^__Host-device=[\w.-]+; Max-Age=15552000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
});

test("The browser is known to the user who signed in, and to nobody else", async () => {
  const { cookie, read } = open();
  const value = await cookie();
  expect(await read("ann", value)).toBe(SID);
  expect(await read("bob", value)).toBe("unknown");
  expect(await read("nobody", value)).toBe("unknown");
  expect(await read("ann", "")).toBe("unknown");
});

test("A change of the password ends the cookie", async () => {
  const { cookie, read } = open();
  expect(await read("changed", await cookie())).toBe("unknown");
});

test("The cookie ends after 180 days, whatever the browser does", async () => {
  const { cookie, read } = open();
  const value = await cookie();
  time += 180 * DAY_MS - 1_000;
  expect(await read("ann", value)).toBe(SID);
  time += 1_000;
  expect(await read("ann", value)).toBe("unknown");
});

const flip = (text: string) => text.replace(/^./, (first) => (first === "A" ? "B" : "A"));

test("A cookie that was changed is not accepted", async () => {
  const { cookie, read } = open();
  const value = await cookie();
  const [sid = "", expiry = "", bound = "", signature = ""] = value
    .slice("device=".length)
    .split(".");
  for (const forged of [
    `${sid.replace(/.$/, "9")}.${expiry}.${bound}.${signature}`,
    `${sid}.${Number(expiry) + 1}.${bound}.${signature}`,
    `${sid}.${expiry}.${flip(bound)}.${signature}`,
    `${sid}.${expiry}.${bound}.${flip(signature)}`,
    `${sid}.${expiry}.${bound}.${bound}`,
    `${sid}.${expiry}.${bound}.`,
    `${sid}.${expiry}.${bound}`,
    "x".repeat(4_000),
  ])
    expect(await read("ann", `device=${forged}`)).toBe("unknown");
});

test("A cookie of the previous secret is accepted while that secret is, and no other", async () => {
  const value = await open(["the old secret, which is long enough"]).cookie();
  expect(await open([SECRET, "the old secret, which is long enough"]).read("ann", value)).toBe(SID);
  expect(await open([SECRET]).read("ann", value)).toBe("unknown");
});

test("Over HTTPS only the cookie of this very host is read", async () => {
  const { cookie } = open();
  const https = open([SECRET], "https://chat.example");
  expect(await https.read("ann", await cookie())).toBe("unknown");
  expect(await https.read("ann", await https.cookie())).toBe(SID);
});
