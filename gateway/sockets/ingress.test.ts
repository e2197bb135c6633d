import { expect, test } from "bun:test";
import { FrameQueue } from "@parley/platform/sockets/frame-queue";
import type { BrowserSocket } from "./browser-socket.ts";
import { createIngress } from "./ingress.ts";

/** The part of a browser's socket that the ingress uses. */
function fakeSocket(queue: FrameQueue) {
  const closes: [code: number, reason: string][] = [];
  const socket = {
    queue,
    isWelcome: false,
    pause() {},
    resume() {},
    close: (code: number, reason: string) => closes.push([code, reason]),
  } as unknown as BrowserSocket;
  return { socket, closes };
}

test("A socket whose frame queue is full is closed with 1008", () => {
  using ingress = createIngress();
  const { socket, closes } = fakeSocket(new FrameQueue(200));
  for (let n = 0; n < 3; n++) ingress.receive(socket, "");
  expect(closes).toEqual([]);
  ingress.receive(socket, "");
  expect(closes).toEqual([[1008, "too many frames"]]);
});

test("A socket is closed with 1013 when the queues of all sockets together are full", () => {
  using ingress = createIngress();
  const pool = { freeBytes: 200 };
  const first = fakeSocket(new FrameQueue(1_000, pool));
  const second = fakeSocket(new FrameQueue(1_000, pool));
  for (let n = 0; n < 3; n++) ingress.receive(first.socket, "");
  ingress.receive(second.socket, "");
  expect(first.closes).toEqual([]);
  expect(second.closes.map(([code]) => code)).toEqual([1013]);
});
