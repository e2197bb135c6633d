import { afterAll, beforeAll, expect, test } from "bun:test";
import { retryHint } from "@parley/contracts/closes";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const SOCKETS = 50;
/** Time that the launcher waits before it kills a process. */
const STOP_TIMEOUT_MS = 20_000;

let stack: Stack;
let ann: Person;
beforeAll(async () => {
  stack = await startStack("embedded", { DRAIN_MS: "4000" });
  ann = await Person.register(stack.url, "ann");
});
afterAll(() => stack[Symbol.asyncDispose]());

interface Close {
  readonly code: number;
  readonly reason: string;
  readonly at: number;
}

/** Opens a socket and waits for its first frame. @returns its future close, in an array so that it is not awaited. */
async function open(): Promise<Promise<Close>[]> {
  const socket = new WebSocket(`${stack.url.replace("http", "ws")}/ws`, {
    headers: { authorization: `Bearer ${ann.token}` },
  });
  const closed = new Promise<Close>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason, at: performance.now() });
  });
  await new Promise((resolve) => {
    socket.onmessage = resolve;
  });
  return [closed];
}

test("A gateway stops in order: not ready, no new sockets, 1001 with a reconnect delay, exit", async () => {
  const closing = (await Promise.all(Array.from({ length: SOCKETS }, open))).flat();
  const ended = stack.gateway.end("SIGTERM");
  const askedAt = performance.now();

  const ready = await untilNotReady();
  const refused = await fetch(`${stack.url}/ws`, {
    headers: { authorization: `Bearer ${ann.token}`, upgrade: "websocket", connection: "Upgrade" },
  });
  const served = await ann.request("GET", "/bootstrap");
  const refusedAt = performance.now();
  expect(ready.headers.get("retry-after")).toBe("1");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await refused.json()).toMatchObject({ code: "unavailable" });
  expect([served.status, served.headers.get("connection")]).toEqual([200, "close"]);

  const closed = await Promise.all(closing);
  expect(Math.min(...closed.map(({ at }) => at))).toBeGreaterThan(refusedAt);
  expect(new Set(closed.map(({ code }) => code))).toEqual(new Set([1001]));
  const hints = closed.map(({ reason }) => retryHint(reason));
  expect(hints).not.toContain(undefined);
  expect(new Set(hints).size).toBeGreaterThan(SOCKETS / 2);
  expect(await ended).toBe(0);
  expect(performance.now() - askedAt).toBeLessThan(STOP_TIMEOUT_MS);
});

async function untilNotReady(): Promise<Response> {
  for (;;) {
    const response = await fetch(`${stack.url}/readyz`);
    if (response.status === 503) return response;
    await response.text();
    await Bun.sleep(10);
  }
}

test("A reader that reads nothing does not prevent a gateway from stopping", async () => {
  await stack.startGateway();
  const [closed] = await open();
  const slowReader = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(stack.url).port),
    socket: { data() {}, error() {} },
  });
  slowReader.write(
    `GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${ann.token}\r\n\r\n`,
  );
  slowReader.pause();
  const start = performance.now();
  expect(await stack.gateway.end("SIGTERM")).toBe(0);
  expect(performance.now() - start).toBeLessThan(STOP_TIMEOUT_MS);
  expect((await closed)?.code).toBe(1001);
  slowReader.terminate();
});
