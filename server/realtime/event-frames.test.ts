import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import fc from "fast-check";
import { eventFrames } from "./event-frames.ts";

const MAX_CHARACTERS = 300;

test("Frames hold all events in order, and only a frame with a single event exceeds the limit", () => {
  const lengths = fc.array(fc.nat(400), { maxLength: 40 });
  fc.assert(
    fc.property(lengths, (lengths) => {
      const events = lengths.map((length, n) => ({ seq: n + 1, emoji: "x".repeat(length) }));
      const frames = [...eventFrames("room", events as unknown as ChatEvent[], MAX_CHARACTERS)];
      expect(frames.flatMap(({ text }) => JSON.parse(text).events)).toEqual(events);
      expect(frames.flatMap((frame) => frame.events as unknown[])).toEqual(events);
      for (const frame of frames)
        expect(frame.text.length <= MAX_CHARACTERS || frame.events.length === 1).toBe(true);
    }),
  );
});

test("Events that fit the limit are one frame", () => {
  const events = [{ seq: 1 }, { seq: 2 }] as ChatEvent[];
  expect([...eventFrames("room", events, MAX_CHARACTERS)]).toEqual([
    { text: JSON.stringify({ type: "events", chat: "room", events }), events },
  ]);
});
