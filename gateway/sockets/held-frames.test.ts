import { expect, test } from "bun:test";
import { createHeldFrames, type HeldFrames } from "./held-frames.ts";

const MIB = 1024 * 1024;

function releaseAll(held: HeldFrames): string[] {
  const released: string[] = [];
  held.release((frame) => released.push(frame) > 0);
  return released;
}

test("frames are let go once, in their order", () => {
  const held = createHeldFrames()();
  for (const frame of ["a", "b", "c"]) held.hold(frame);
  expect(releaseAll(held)).toEqual(["a", "b", "c"]);
  expect(releaseAll(held)).toEqual([]);
  expect(held.isEmpty).toBe(true);
});

test("what is not taken stays, and what follows it too", () => {
  const held = createHeldFrames()();
  for (const frame of ["a", "b", "c"]) held.hold(frame);
  const taken: string[] = [];
  held.release((frame) => frame !== "b" && taken.push(frame) > 0);
  expect(taken).toEqual(["a"]);
  expect(releaseAll(held)).toEqual(["b", "c"]);
});

test("there is room for 1 MiB of a socket, as it goes over the wire, and anew once it is gone", () => {
  const held = createHeldFrames()();
  expect(held.hold("é".repeat(MIB / 2 - 64))).toBe("held");
  expect(held.hold("x")).toBe("own_room");
  releaseAll(held);
  expect(held.hold("x")).toBe("held");
});

test("frames without text take room too", () => {
  const held = createHeldFrames()();
  let count = 0;
  while (held.hold("") === "held") count++;
  expect(count).toBeLessThanOrEqual(MIB / 64);
});

test("there is room for 64 MiB of all sockets together", () => {
  const holdForOne = createHeldFrames();
  const frame = "x".repeat(64 * 1024);
  let kept = 0;
  for (let socket = 0; socket < 70; socket++) {
    const held = holdForOne();
    while (held.hold(frame) === "held") kept += frame.length;
  }
  expect(holdForOne().hold(frame)).toBe("all_room");
  expect(kept).toBeLessThanOrEqual(64 * MIB);
  expect(kept).toBeGreaterThan(63 * MIB);
});

test.each([
  ["lets go", (held: HeldFrames) => void releaseAll(held)],
  ["loses by its end", (held: HeldFrames) => held.clear()],
])("what one socket %s is room for the others", (_, leave) => {
  const holdForOne = createHeldFrames({ bytes: MIB, total: 300 });
  const [ann, ben] = [holdForOne(), holdForOne()];
  ann.hold("x".repeat(200));
  expect(ben.hold("y".repeat(200))).toBe("all_room");
  leave(ann);
  expect(ben.hold("y".repeat(200))).toBe("held");
});
