import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import fc from "fast-check";
import { chatEvent } from "../../testing/fixtures.ts";
import { orderEvents } from "./event-order.ts";

const seqs = (events: readonly ChatEvent[]) => events.map(({ seq }) => seq);
const eventsOf = (...numbers: number[]) => numbers.map((seq) => chatEvent(seq));

test("The next events are ready at once", () => {
  const { ready, ahead } = orderEvents(4, [], eventsOf(5, 6));
  expect(seqs(ready)).toEqual([5, 6]);
  expect(ahead).toEqual([]);
});

test("An event that was applied is dropped", () => {
  expect(seqs(orderEvents(5, [], eventsOf(4, 5, 6)).ready)).toEqual([6]);
});

test("Events after a hole wait until the hole is filled", () => {
  const first = orderEvents(4, [], eventsOf(5, 7, 8));
  expect(seqs(first.ready)).toEqual([5]);
  expect(seqs(first.ahead)).toEqual([7, 8]);
  expect(seqs(orderEvents(5, first.ahead, eventsOf(6)).ready)).toEqual([6, 7, 8]);
});

test("Each event is applied once and in order, however events are shuffled, repeated and cut into frames", () => {
  const frames = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 12 }));
  fc.assert(
    fc.property(frames, (parts) => {
      const applied: number[] = [];
      let ahead: ChatEvent[] = [];
      for (const part of [...parts, Array.from({ length: 30 }, (_, index) => index + 1)]) {
        const ordered = orderEvents(applied.length, ahead, eventsOf(...part));
        applied.push(...seqs(ordered.ready));
        ahead = ordered.ahead;
      }
      expect(applied).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
      expect(ahead).toEqual([]);
    }),
  );
});
