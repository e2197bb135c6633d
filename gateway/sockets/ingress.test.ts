import { expect, test } from "bun:test";
import { TokenBucket } from "@parley/platform/async/token-bucket";
import { FrameQueue } from "@parley/platform/sockets/frame-queue";
import type { BrowserSocket } from "./browser-socket.ts";
import { createIngress } from "./ingress.ts";

/** The part of a browser's socket that the ingress uses. */
function fakeSocket(queue: FrameQueue) {
  const closes: [code: number, reason: string][] = [];
  const delivered: string[] = [];
  const socket = {
    user: "ann",
    queue,
    budget: new TokenBucket({ perSecond: 1_000_000, burst: 1_000_000 }),
    isWelcome: false,
    unanswered: 0,
    pause() {},
    resume() {},
    deliver: (frame: string) => delivered.push(frame),
    close: (code: number, reason: string) => closes.push([code, reason]),
  } as unknown as BrowserSocket;
  return { socket, closes, delivered };
}

const sendFrame = () => JSON.stringify({ type: "send", clientId: crypto.randomUUID(), body: "" });

test("Sends beyond what the server answers are refused with overloaded, and other frames are not", () => {
  const refused: string[] = [];
  using ingress = createIngress((reject) => void refused.push(reject));
  const { socket, closes, delivered } = fakeSocket(new FrameQueue());
  let forwarded = 0;
  ingress.linkUp(() => {
    forwarded++;
    return true;
  });
  ingress.welcome(socket);
  for (let n = 0; n < 2_500; n++) ingress.receive(socket, sendFrame());
  expect(forwarded).toBe(2_000);
  expect(delivered).toHaveLength(500);
  expect(refused).toEqual(delivered);
  ingress.receive(socket, '{"type":"ping","id":1}');
  expect(forwarded).toBe(2_001);
  ingress.delivered(socket, '{"type":"ack"}');
  ingress.receive(socket, sendFrame());
  expect(forwarded).toBe(2_002);
  expect(closes).toEqual([]);
});

test("A send that the link does not take waits, and does not count as unanswered", () => {
  using ingress = createIngress(() => {});
  const { socket, delivered } = fakeSocket(new FrameQueue());
  ingress.linkUp(() => false);
  ingress.welcome(socket);
  for (let n = 0; n < 2_500; n++) ingress.receive(socket, sendFrame());
  expect(delivered).toEqual([]);
  expect(socket.unanswered).toBe(0);
});

test("A send that finds the queues full is refused with overloaded, and its socket stays open", () => {
  using ingress = createIngress(() => {});
  const pool = { freeBytes: 300 };
  const full = fakeSocket(new FrameQueue(300));
  const fullPool = fakeSocket(new FrameQueue(1_000, pool));
  for (const { socket } of [full, fullPool])
    for (let n = 0; n < 3; n++) ingress.receive(socket, sendFrame());
  for (const { closes, delivered } of [full, fullPool]) {
    expect(closes).toEqual([]);
    expect(JSON.parse(delivered[0] ?? "")).toMatchObject({ code: "overloaded" });
  }
});

test("A socket whose frame queue is full is closed with 1008", () => {
  using ingress = createIngress(() => {});
  const { socket, closes } = fakeSocket(new FrameQueue(200));
  for (let n = 0; n < 3; n++) ingress.receive(socket, "");
  expect(closes).toEqual([]);
  ingress.receive(socket, "");
  expect(closes).toEqual([[1008, "too many frames"]]);
});

test("A socket is closed with 1013 when the queues of all sockets together are full", () => {
  using ingress = createIngress(() => {});
  const pool = { freeBytes: 200 };
  const first = fakeSocket(new FrameQueue(1_000, pool));
  const second = fakeSocket(new FrameQueue(1_000, pool));
  for (let n = 0; n < 3; n++) ingress.receive(first.socket, "");
  ingress.receive(second.socket, "");
  expect(first.closes).toEqual([]);
  expect(second.closes.map(([code]) => code)).toEqual([1013]);
});
