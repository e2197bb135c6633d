import { expect, test } from "bun:test";
import type { BrowserSocket } from "./browser-socket.ts";
import { createHeldFrames } from "./held-frames.ts";
import { createUpward } from "./ingress.ts";

/** As much of a browser's socket as frames on their way up meet. */
function socketThat(holdForOne: ReturnType<typeof createHeldFrames>) {
  const closes: [code: number, reason: string][] = [];
  const socket = {
    held: holdForOne(),
    isWelcome: false,
    pause() {},
    resume() {},
    close: (code: number, reason: string) => closes.push([code, reason]),
  } as unknown as BrowserSocket;
  return { socket, closes };
}

test("frames for which a socket has no room left end it with 1008", () => {
  using upward = createUpward();
  const { socket, closes } = socketThat(createHeldFrames({ bytes: 200, total: 1_000 }));
  for (let n = 0; n < 3; n++) upward.take(socket, "");
  expect(closes).toEqual([]);
  upward.take(socket, "");
  expect(closes).toEqual([[1008, "too many frames"]]);
});

test("frames for which all together leave no room end their socket with 1013", () => {
  using upward = createUpward();
  const holdForOne = createHeldFrames({ bytes: 1_000, total: 200 });
  const [first, second] = [socketThat(holdForOne), socketThat(holdForOne)];
  for (let n = 0; n < 3; n++) upward.take(first.socket, "");
  upward.take(second.socket, "");
  expect(first.closes).toEqual([]);
  expect(second.closes.map(([code]) => code)).toEqual([1013]);
});
