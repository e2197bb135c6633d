import { expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { openBrowser } from "../testing/browser.ts";
import {
  gateway,
  headers,
  metric,
  server,
  startGatewayForEachTest,
  startInstead,
  startServerAgain,
  WELCOME,
  welcomed,
} from "./testing/gateway-for-each-test.ts";

startGatewayForEachTest();

const numbered = (count: number, size: number) =>
  Array.from({ length: count }, (_, n) => `${n} ${"x".repeat(size)}`);

function framesUp(): string[] {
  return server.received.flatMap((frame) => (frame.kind === "frame" ? frame.payload : []));
}

test("Frames before the welcome are sent after it, in their order", async () => {
  const browser = openBrowser(gateway.url, headers);
  await browser.opened;
  const frames = numbered(200, 10);
  for (const frame of frames) browser.socket.send(frame);
  await eventually(() => browser.received.length === 201);
  expect(browser.received).toEqual([WELCOME, ...frames.map((frame) => `echo ${frame}`)]);
});

test("A full link slows the browser down, and its frames are sent in order later", async () => {
  const browser = await welcomed();
  const neighbour = await welcomed();
  server.pauseLink();
  // Each of the two connections may leave 36 MiB in the kernel (Linux's `tcp_rmem` and `tcp_wmem`).
  const frames = numbered(2_000, 60_000);
  for (const frame of frames) browser.socket.send(frame);
  await untilStill(() => browser.socket.bufferedAmount);
  // The link, the buffers of both kernels and the gateway hold only a part of all frames.
  expect(browser.socket.bufferedAmount).toBeGreaterThan(10_000_000);
  server.resumeLink();
  await eventually(() => framesUp().length === frames.length);
  expect(framesUp()).toEqual(frames);
  neighbour.socket.send("undisturbed");
  await eventually(() => neighbour.received.includes("echo undisturbed"));
  expect(browser.socket.readyState).toBe(WebSocket.OPEN);
});

test("A missing link slows the browser down, and its frames are sent in order over the next link", async () => {
  const browser = await welcomed();
  await server[Symbol.asyncDispose]();
  await eventually(async () => (await metric("gateway_link_up")) === 0);
  const frames = numbered(1_000, 60_000);
  for (const frame of frames) browser.socket.send(frame);
  await untilStill(() => browser.socket.bufferedAmount);
  expect(browser.socket.bufferedAmount).toBeGreaterThan(1_000_000);
  startServerAgain();
  await eventually(() => framesUp().length === frames.length);
  expect(framesUp()).toEqual(frames);
});

test("Frames above the rate wait, and the heartbeat does not close their socket", async () => {
  const limits = { RATE_LIMIT_FRAMES_RPS: 100 };
  await startInstead(limits, { heartbeatMs: 250 });
  const browser = await welcomed();
  const frames = numbered(1_100, 500);
  const start = performance.now();
  for (const frame of frames) browser.socket.send(frame);
  await eventually(() => framesUp().length === frames.length);
  // The burst is ten seconds of the rate; the last hundred frames take another second.
  expect(performance.now() - start).toBeGreaterThan(900);
  expect(framesUp()).toEqual(frames);
  expect(browser.socket.readyState).toBe(WebSocket.OPEN);
});

test("A flood of empty frames is limited to the rate, and harms no other socket", async () => {
  await startInstead({ RATE_LIMIT_FRAMES_RPS: 1 });
  const flood = await welcomed();
  const neighbour = await welcomed();
  for (let n = 0; n < 200_000; n++) flood.socket.send("");
  await untilStill(() => flood.socket.bufferedAmount);
  // The kernel decides how much Bun has read by then; a full queue closes the socket.
  if (flood.socket.readyState !== WebSocket.OPEN)
    expect(await flood.closed).toEqual({ code: 1008, reason: "too many frames" });
  expect(framesUp().length).toBeLessThan(100);
  neighbour.socket.send("undisturbed");
  await eventually(() => neighbour.received.includes("echo undisturbed"));
});

/** Waits until a number does not change any more. */
async function untilStill(figure: () => number): Promise<void> {
  for (let before = Number.NaN; before !== figure(); await Bun.sleep(300)) before = figure();
}
