import { expect, test } from "bun:test";
import type { UpFrame } from "@parley/contracts/link";
import { allRead, openBrowser } from "../testing/browser.ts";
import { eventually } from "../testing/test-gateway.ts";
import { createBrowserSockets } from "./browser-sockets.ts";
import { createHeldFrames } from "./held-frames.ts";

const MIB = 1024 * 1024;
const ROOM = { frames: 1_024, bytes: MIB, total: 64 * MIB };

test("frames are let go once, in their order", () => {
  const held = createHeldFrames()();
  for (const frame of ["a", "b", "c"]) held.hold(frame);
  expect(held.release()).toEqual(["a", "b", "c"]);
  expect(held.release()).toEqual([]);
});

test("there is room for 1,024 frames of a socket, and anew once they are gone", () => {
  const held = createHeldFrames()();
  for (let n = 0; n < 1_025; n++) held.hold(`${n}`);
  expect(held.release()).toEqual(Array.from({ length: 1_024 }, (_, n) => `${n}`));
  held.hold("x");
  expect(held.release()).toEqual(["x"]);
});

test("there is room for 1 MiB of a socket, as it goes over the wire", () => {
  const held = createHeldFrames()();
  const frame = "é".repeat(MIB / 2);
  for (const one of [frame, "x"]) held.hold(one);
  expect(held.release()).toEqual([frame]);
});

test("what follows a dropped frame is dropped too, so that it does not overtake it", () => {
  const held = createHeldFrames()();
  for (const frame of ["first", "x".repeat(MIB), "last"]) held.hold(frame);
  expect(held.release()).toEqual(["first"]);
});

test("there is room for 64 MiB of all sockets together", () => {
  const holdForOne = createHeldFrames();
  const sockets = Array.from({ length: 70 }, holdForOne);
  const frame = "x".repeat(64 * 1024);
  for (const held of sockets) for (let n = 0; n < 16; n++) held.hold(frame);
  const kept = sockets.flatMap((held) => held.release()).length * frame.length;
  expect(kept).toBeLessThanOrEqual(64 * MIB);
  expect(kept).toBeGreaterThan(63 * MIB);
});

test("what one socket lets go is room for the others", () => {
  const holdForOne = createHeldFrames({ ...ROOM, total: 200 });
  const [ann, ben] = [holdForOne(), holdForOne()];
  ann.hold("x".repeat(100));
  ben.hold("y".repeat(100));
  expect(ben.release()).toEqual([]);
  ann.release();
  ben.hold("y".repeat(100));
  expect(ben.release()).toHaveLength(1);
});

test("frames without text take room too", () => {
  const holdForOne = createHeldFrames({ ...ROOM, total: 1_000 });
  const held = holdForOne();
  for (let n = 0; n < 1_000; n++) held.hold("");
  expect(held.release().length).toBeLessThan(100);
});

test("a browser that leaves makes room for the others", async () => {
  const holdForOne = createHeldFrames({ ...ROOM, total: 200 });
  using sockets = createBrowserSockets(() => {}, { holdForOne });
  await using server = Bun.serve({
    port: 0,
    fetch(request, server) {
      server.upgrade(request, { data: { details: { token: "t", requestId: "r" } } });
    },
    websocket: sockets.handlers,
  });
  const browserThatSays = async (payload: string) => {
    const browser = openBrowser(server.url, {});
    await browser.opened;
    browser.socket.send(payload);
    await allRead(browser.socket);
    return browser;
  };
  const ann = await browserThatSays("a".repeat(100));
  ann.socket.close();
  await eventually(() => sockets.count() === 0);
  await browserThatSays("b".repeat(100));
  const sent: UpFrame[] = [];
  sockets.end.up((frame) => sent.push(frame) > 0);
  expect(sent).toContainEqual({ kind: "frame", session: 2, payload: "b".repeat(100) });
});
