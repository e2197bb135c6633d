import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { parseNetwork } from "../address/trusted-proxies.ts";
import type { Gateway } from "../gateway.ts";
import { HANDSHAKE, openBrowser, openSilentBrowser, readToClose } from "../testing/browser.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { readMetric } from "../testing/read-metric.ts";
import { bearer, eventually, startTestGateway } from "../testing/test-gateway.ts";

const LIMITS = { MAX_CONNECTIONS_PER_USER: 3, MAX_CONNECTIONS_PER_IP: 5 };
const TRUSTED = { TRUSTED_PROXIES: [parseNetwork("127.0.0.0/8")] };

let server: FakeServer;
let gateway: Gateway;
beforeEach(async () => {
  server = startFakeServer();
  gateway = await startTestGateway(server.url, { ...LIMITS, ...TRUSTED }, { heartbeatMs: 200 });
});
afterEach(async () => {
  await gateway[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** The ID of somebody whom a test calls by a number. */
const person = (n: number) => `0197aaaa-0000-7000-8000-00000000000${n}`;
const [ANN, BEN] = [person(8), person(9)];

async function open(user: string, from = "192.0.2.1") {
  const browser = openBrowser(gateway.url, { ...(await bearer(user)), "x-forwarded-for": from });
  await eventually(() => browser.received.length > 0);
  return browser;
}

/** Knocks as a browser would; what is open after it is closed again. */
async function knock(user: string, from = "192.0.2.1"): Promise<Response> {
  return fetch(new URL("/ws", gateway.url), {
    headers: {
      ...HANDSHAKE,
      ...(await bearer(user)),
      "x-forwarded-for": from,
    },
    signal: AbortSignal.timeout(5_000),
  });
}

/** Whether all of a user's places are free; lets go of those it got. */
async function hasAllPlaces(user: string): Promise<boolean> {
  const headers = await bearer(user);
  const browsers = Array.from({ length: 3 }, () => openBrowser(gateway.url, headers));
  const got = await Promise.all(
    browsers.map(({ opened, closed }) =>
      Promise.race([opened.then(() => true), closed.then(() => false)]),
    ),
  );
  for (const { socket } of browsers) socket.close();
  return got.every(Boolean);
}

describe("the limit of open connections", () => {
  test("of a user is kept wherever they come from, and said as a problem", async () => {
    for (let n = 0; n < 3; n++) await open(ANN, `192.0.2.${n}`);
    const refused = await knock(ANN, "192.0.2.9");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("content-type")).toContain("application/problem+json");
    expect(await refused.json()).toMatchObject({ status: 429, code: "rate_limited" });
    expect(await metric('gateway_rate_limit_blocked_total{kind="user"}')).toBe(1);
    await open(BEN, "192.0.2.9");
  });

  test.each([
    ["an IPv4 address", "192.0.2.1", "192.0.2.1"],
    ["an IPv6 network of 64 bits", "2001:db8::1", "2001:db8::ffff:2"],
  ])("of %s is kept whoever comes", async (_, from, sameFrom) => {
    for (let n = 0; n < 5; n++) await open(person(n), from);
    expect((await knock(ANN, sameFrom)).status).toBe(429);
    expect(await metric('gateway_rate_limit_blocked_total{kind="ip"}')).toBe(1);
    await open(ANN, "192.0.2.77");
  });

  test("counts nobody who was refused, nor a handshake that failed", async () => {
    for (let n = 0; n < 10; n++)
      await fetch(new URL("/ws", gateway.url), {
        headers: { ...(await bearer(ANN)), upgrade: "websocket", connection: "Upgrade" },
      });
    const browsers = [];
    for (let n = 0; n < 3; n++) browsers.push(await open(ANN));
    for (let n = 0; n < 10; n++) expect((await knock(ANN)).status).toBe(429);
    browsers[0]?.socket.close();
    await eventually(async () => (await metric("gateway_open_sockets")) === 2);
    await open(ANN);
  });
});

describe("a place is free again after", () => {
  const ENDINGS: Record<string, (user: string) => Promise<void>> = {
    "a close by the browser": async (user) => (await open(user)).socket.close(),
    "a connection that broke": async (user) => (await open(user)).socket.terminate(),
    "a close by the server": async (user) => {
      const { closed } = await open(user);
      server.send({ kind: "close", connection: lastSession(), code: 4401, reason: "x" });
      await closed;
    },
    "a frame that is too big": async (user) => {
      const { socket, closed } = await open(user);
      socket.send("x".repeat(70_000));
      await closed;
    },
    "no pong": async (user) => {
      expect(await readToClose(await openSilent(user))).toBe(4408);
    },
    "a reset in the middle of its frames": async (user) => {
      const socket = await openSilent(user);
      socket.write(Buffer.from([0x81, 0xfe]));
      socket.resetAndDestroy();
    },
    "the server's absence": async (user) => {
      const { socket } = await open(user);
      await server[Symbol.asyncDispose]();
      socket.close();
      server = startFakeServer({ port: server.port });
    },
  };

  test.each(Object.entries(ENDINGS))("%s", async (_, end) => {
    for (let n = 0; n < 3; n++) await end(ANN);
    await eventually(() => hasAllPlaces(ANN));
  });
});

async function openSilent(user: string) {
  return openSilentBrowser(gateway.url, await bearer(user));
}

function lastSession(): number {
  return server.received.findLast((frame) => frame.kind === "open")?.connection ?? 0;
}

function metric(series: string): Promise<number> {
  return readMetric(gateway.url, series);
}
