import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { parseNetwork } from "../address/trusted-proxies.ts";
import type { Gateway } from "../gateway.ts";
import { HANDSHAKE, openBrowser, openSilentBrowser, readToClose } from "../testing/browser.ts";
import { type FakeServer, startFakeServer } from "../testing/fake-server.ts";
import { readMetric } from "../testing/read-metric.ts";
import { bearer, startTestGateway } from "../testing/test-gateway.ts";

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

/** The ID of user number `n`. */
const person = (n: number) => `0197aaaa-0000-7000-8000-00000000000${n}`;
const [ANN, BEN] = [person(8), person(9)];

async function open(user: string, from = "192.0.2.1") {
  const browser = openBrowser(gateway.url, { ...(await bearer(user)), "x-forwarded-for": from });
  await eventually(() => browser.received.length > 0);
  return browser;
}

/** Sends a handshake as a browser does. */
async function handshake(user: string, from = "192.0.2.1"): Promise<Response> {
  return fetch(new URL("/ws", gateway.url), {
    headers: {
      ...HANDSHAKE,
      ...(await bearer(user)),
      "x-forwarded-for": from,
    },
    signal: AbortSignal.timeout(5_000),
  });
}

/** Whether all places of a user are free; the places are released again. */
async function hasAllPlaces(user: string): Promise<boolean> {
  const headers = await bearer(user);
  const browsers = Array.from({ length: 3 }, () => openBrowser(gateway.url, headers));
  const opened = await Promise.all(
    browsers.map(({ opened, closed }) =>
      Promise.race([opened.then(() => true), closed.then(() => false)]),
    ),
  );
  for (const { socket } of browsers) socket.close();
  return opened.every(Boolean);
}

describe("connection limits", () => {
  test("A user over the limit is refused with a problem, whatever the address", async () => {
    for (let n = 0; n < 3; n++) await open(ANN, `192.0.2.${n}`);
    const refused = await handshake(ANN, "192.0.2.9");
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
  ])("The limit of %s applies to all users together", async (_, from, sameFrom) => {
    for (let n = 0; n < 5; n++) await open(person(n), from);
    expect((await handshake(ANN, sameFrom)).status).toBe(429);
    expect(await metric('gateway_rate_limit_blocked_total{kind="ip"}')).toBe(1);
    await open(ANN, "192.0.2.77");
  });

  test("Refused connections and failed handshakes are not counted", async () => {
    for (let n = 0; n < 10; n++)
      await fetch(new URL("/ws", gateway.url), {
        headers: { ...(await bearer(ANN)), upgrade: "websocket", connection: "Upgrade" },
      });
    const browsers = [];
    for (let n = 0; n < 3; n++) browsers.push(await open(ANN));
    for (let n = 0; n < 10; n++) expect((await handshake(ANN)).status).toBe(429);
    browsers[0]?.socket.close();
    await eventually(async () => (await metric("gateway_open_sockets")) === 2);
    await open(ANN);
  });
});

describe("released places", () => {
  const ENDINGS: Record<string, (user: string) => Promise<void>> = {
    "a close by the browser": async (user) => (await open(user)).socket.close(),
    "a connection that broke": async (user) => (await open(user)).socket.terminate(),
    "a close by the server": async (user) => {
      const { closed } = await open(user);
      server.send({ kind: "close", connection: lastConnection(), code: 4401, reason: "x" });
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
    "a close while the link is down": async (user) => {
      const { socket } = await open(user);
      await server[Symbol.asyncDispose]();
      socket.close();
      server = startFakeServer({ port: server.port });
    },
  };

  test.each(Object.entries(ENDINGS))("A place is released after %s", async (_, end) => {
    for (let n = 0; n < 3; n++) await end(ANN);
    await eventually(() => hasAllPlaces(ANN));
  });
});

async function openSilent(user: string) {
  return openSilentBrowser(gateway.url, await bearer(user));
}

function lastConnection(): number {
  return server.received.findLast((frame) => frame.kind === "open")?.connection ?? 0;
}

function metric(series: string): Promise<number> {
  return readMetric(gateway.url, series);
}
