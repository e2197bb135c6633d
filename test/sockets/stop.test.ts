import { afterAll, beforeAll, expect, test } from "bun:test";
import { retryHint } from "@parley/contracts/closes";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";

const SOCKETS = 50;
/** Milliseconds that a launcher waits before it kills. */
const PATIENCE = 20_000;

let stack: Stack;
let ann: Person;
beforeAll(async () => {
  stack = await startStack("embedded", { DRAIN_MS: "4000" });
  ann = await Person.register(stack.url, "ann");
});
afterAll(() => stack[Symbol.asyncDispose]());

interface Parted {
  readonly code: number;
  readonly reason: string;
  readonly at: number;
}

/** Opens a socket. @returns how it will part. */
async function open(): Promise<Promise<Parted>[]> {
  const socket = new WebSocket(`${stack.url.replace("http", "ws")}/ws`, {
    headers: { authorization: `Bearer ${ann.token}` },
  });
  const parted = new Promise<Parted>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason, at: performance.now() });
  });
  await new Promise((resolve) => {
    socket.onmessage = resolve;
  });
  return [parted];
}

test("A gateway stops in order: not ready, no new sockets, 1001 with a reconnect delay, exit", async () => {
  const parting = (await Promise.all(Array.from({ length: SOCKETS }, open))).flat();
  const ended = stack.gateway.end("SIGTERM");
  const asked = performance.now();

  const ready = await untilNotReady();
  const refused = await fetch(`${stack.url}/ws`, {
    headers: { authorization: `Bearer ${ann.token}`, upgrade: "websocket", connection: "Upgrade" },
  });
  const served = await ann.request("GET", "/bootstrap");
  const saidNo = performance.now();
  expect(ready.headers.get("retry-after")).toBe("1");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await refused.json()).toMatchObject({ code: "unavailable" });
  expect(served.status).toBe(200);

  const parted = await Promise.all(parting);
  expect(Math.min(...parted.map(({ at }) => at))).toBeGreaterThan(saidNo);
  expect(new Set(parted.map(({ code }) => code))).toEqual(new Set([1001]));
  const hints = parted.map(({ reason }) => retryHint(reason));
  expect(hints).not.toContain(undefined);
  expect(new Set(hints).size).toBeGreaterThan(SOCKETS / 2);
  expect(await ended).toBe(0);
  expect(performance.now() - asked).toBeLessThan(PATIENCE);
});

async function untilNotReady(): Promise<Response> {
  for (;;) {
    const answer = await fetch(`${stack.url}/readyz`);
    if (answer.status === 503) return answer;
    await answer.text();
    await Bun.sleep(10);
  }
}

test("A reader that reads nothing does not prevent a gateway from stopping", async () => {
  await stack.startGateway();
  const [parted] = await open();
  const mute = await Bun.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(stack.url).port),
    socket: { data() {}, error() {} },
  });
  mute.write(
    `GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${ann.token}\r\n\r\n`,
  );
  mute.pause();
  const start = performance.now();
  expect(await stack.gateway.end("SIGTERM")).toBe(0);
  expect(performance.now() - start).toBeLessThan(PATIENCE);
  expect((await parted)?.code).toBe(1001);
  mute.terminate();
});
