import { expect, test } from "bun:test";
import { FrameQueue } from "./frame-queue.ts";

const MIB = 1024 * 1024;

function flushAll(queue: FrameQueue): string[] {
  const sent: string[] = [];
  queue.flush((frame) => sent.push(frame) > 0);
  return sent;
}

function queueOf(...frames: string[]): FrameQueue {
  const queue = new FrameQueue();
  for (const frame of frames) queue.push(frame);
  return queue;
}

test("Frames are flushed once, in their order", () => {
  const queue = queueOf("a", "b", "c");
  expect(flushAll(queue)).toEqual(["a", "b", "c"]);
  expect(flushAll(queue)).toEqual([]);
  expect(queue.isEmpty).toBe(true);
});

test("A frame that is not sent stays in the queue, and so do the frames behind it", () => {
  const queue = queueOf("a", "b", "c");
  const sent: string[] = [];
  queue.flush((frame) => frame !== "b" && sent.push(frame) > 0);
  expect(sent).toEqual(["a"]);
  expect(flushAll(queue)).toEqual(["b", "c"]);
});

test("Frames are shifted one by one, in their order", () => {
  const queue = queueOf("a", "b");
  expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(["a", "b", undefined]);
  expect(queue.bytes).toBe(0);
});

test("A queue holds 1 MiB of frames in UTF-8, and takes frames again after a flush", () => {
  const queue = new FrameQueue();
  expect(queue.push("é".repeat(MIB / 2 - 64))).toBe("queued");
  expect(queue.push("x")).toBe("queue_full");
  flushAll(queue);
  expect(queue.push("x")).toBe("queued");
});

test("Frames without text count too", () => {
  const queue = new FrameQueue();
  let count = 0;
  while (queue.push("") === "queued") count++;
  expect(count).toBeLessThanOrEqual(MIB / 64);
});

test("The queues of a pool share its bytes", () => {
  const pool = { freeBytes: 64 * MIB };
  const frame = "x".repeat(64 * 1024);
  let queued = 0;
  for (let socket = 0; socket < 70; socket++) {
    const queue = new FrameQueue(MIB, pool);
    while (queue.push(frame) === "queued") queued += frame.length;
  }
  expect(new FrameQueue(MIB, pool).push(frame)).toBe("pool_full");
  expect(queued).toBeLessThanOrEqual(64 * MIB);
  expect(queued).toBeGreaterThan(63 * MIB);
});

test.each([
  ["flushes", (queue: FrameQueue) => void flushAll(queue)],
  ["shifts", (queue: FrameQueue) => void queue.shift()],
  ["clears", (queue: FrameQueue) => queue.clear()],
])("The bytes that one queue %s are free for the other queues of its pool", (_, empty) => {
  const pool = { freeBytes: 300 };
  const [first, second] = [new FrameQueue(MIB, pool), new FrameQueue(MIB, pool)];
  first.push("x".repeat(200));
  expect(second.push("y".repeat(200))).toBe("pool_full");
  empty(first);
  expect(second.push("y".repeat(200))).toBe("queued");
});
