import { expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { parseNetwork } from "./address/trusted-proxies.ts";
import { startFakeServer } from "./testing/fake-server.ts";
import { bearer, startLoggingGateway, tokenOf } from "./testing/test-gateway.ts";

const HANDSHAKE = {
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

test("X-Forwarded-For of an undeclared proxy is named once, with TRUSTED_PROXIES", async () => {
  await using server = startFakeServer();
  await using gateway = await startLoggingGateway(server.url);
  for (let n = 0; n < 3; n++)
    await fetch(new URL("/healthz", gateway.url), { headers: { "x-forwarded-for": "192.0.2.1" } });
  expect(gateway.lines("warn")).toMatchObject([
    { code: "undeclared_proxy", setting: "TRUSTED_PROXIES", peer: "127.0.0.1" },
  ]);
});

test("X-Forwarded-For of a trusted proxy is no fault", async () => {
  await using server = startFakeServer();
  const TRUSTED_PROXIES = [parseNetwork("127.0.0.1")];
  await using gateway = await startLoggingGateway(server.url, { TRUSTED_PROXIES });
  await fetch(new URL("/healthz", gateway.url), { headers: { "x-forwarded-for": "192.0.2.1" } });
  expect(gateway.lines("warn")).toEqual([]);
});

test("A refused Origin is named once, with PUBLIC_ORIGIN, and the socket’s address tells the page", async () => {
  await using server = startFakeServer();
  const PUBLIC_ORIGIN = "https://chat.example";
  await using gateway = await startLoggingGateway(server.url, { PUBLIC_ORIGIN });
  const ws = new URL("/ws", gateway.url);
  const headers = { ...HANDSHAKE, ...(await bearer()), origin: gateway.url.origin };
  const upgrade = { upgrade: "websocket", connection: "upgrade" };
  for (let n = 0; n < 3; n++)
    expect((await fetch(ws, { headers: { ...headers, ...upgrade } })).status).toBe(403);
  expect(gateway.lines("warn")).toMatchObject([
    { code: "cross_site", setting: "PUBLIC_ORIGIN", origin: gateway.url.origin },
  ]);
  const cookie = `__Host-token=${await tokenOf()}`;
  const asked = await fetch(ws, { headers: { cookie, referer: `${gateway.url.origin}/` } });
  expect(asked.status).toBe(403);
  expect(await asked.json()).toMatchObject({ code: "cross_site" });
});

test("A handshake whose Upgrade was dropped is named once, and the socket’s address tells the page", async () => {
  await using server = startFakeServer();
  await using gateway = await startLoggingGateway(server.url);
  const ws = new URL("/ws", gateway.url);
  const { origin } = gateway.url;
  const cookie = `token=${await tokenOf()}`;
  for (let n = 0; n < 3; n++)
    expect((await fetch(ws, { headers: { ...HANDSHAKE, cookie, origin } })).status).toBe(426);
  expect(gateway.lines("warn")).toMatchObject([{ code: "upgrade_required" }]);
  const asked = await fetch(ws, { headers: { cookie, referer: `${origin}/` } });
  expect(asked.status).toBe(426);
  expect(await asked.json()).toMatchObject({ code: "upgrade_required" });
  expect(gateway.lines("warn")).toHaveLength(1);
});

test("A gateway whose link is refused says so once until it is linked, naming JWT_SECRET", async () => {
  await using server = startFakeServer();
  const JWT_SECRET = "another secret than the server's, long enough";
  await using gateway = await startLoggingGateway(server.url, { JWT_SECRET });
  await eventually(() => server.refusedLinks() >= 4);
  expect(gateway.lines("error")).toMatchObject([{ code: "link_refused", setting: "JWT_SECRET" }]);
});
