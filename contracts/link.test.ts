import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  decodeEgress,
  decodeIngress,
  type EgressFrame,
  encodeEgress,
  encodeIngress,
  type IngressFrame,
  packFrames,
  unpackFrames,
} from "./link.ts";

const connection = fc.nat();
const payload = fc.string({ unit: "binary" });
const word = fc.stringMatching(/^[a-z:0-9-]+$/);

test("Every frame from a gateway is decoded as it was encoded", () => {
  const frames: fc.Arbitrary<IngressFrame> = fc.oneof(
    fc.record({ kind: fc.constant("open" as const), connection, details: payload }),
    fc.record({ kind: fc.constant("frame" as const), connection, payload }),
    fc.record({ kind: fc.constantFrom("drained" as const, "close" as const), connection }),
  );
  fc.assert(
    fc.property(frames, (frame) => expect(decodeIngress(encodeIngress(frame))).toEqual(frame)),
  );
});

test("Every frame from a server is decoded as it was encoded", () => {
  const topics = fc.array(word);
  const frames: fc.Arbitrary<EgressFrame> = fc.oneof(
    fc.record({ kind: fc.constant("deliver" as const), connection, payload }),
    fc.record({ kind: fc.constant("publish" as const), topic: word, payload }),
    fc.record({
      kind: fc.constantFrom("subscribe" as const, "unsubscribe" as const),
      connection,
      topics,
    }),
    fc.record({ kind: fc.constant("drainRequest" as const), connection }),
    fc.record({ kind: fc.constant("close" as const), connection, code: fc.nat(), reason: payload }),
  );
  fc.assert(
    fc.property(frames, (frame) => expect(decodeEgress(encodeEgress(frame))).toEqual(frame)),
  );
});

test("Packed frames are unpacked unchanged, whatever they hold", () => {
  const frames = fc.array(
    fc.oneof(
      payload.map((text) => encodeIngress({ kind: "frame", connection: 7, payload: text })),
      fc.constantFrom("", "many 1 2", "\n"),
    ),
    { minLength: 2 },
  );
  fc.assert(
    fc.property(frames, (frames) => expect([...unpackFrames(packFrames(frames))]).toEqual(frames)),
  );
});

test("A single frame is its own message, and a message that was not packed is one frame", () => {
  expect(packFrames(["close 7"])).toBe("close 7");
  for (const message of ["close 7", "", "many 3", "frame 7 many 1 2\nabc"])
    expect([...unpackFrames(message)]).toEqual([message]);
});

test("Any text that is not a link frame is decoded as null", () => {
  for (const text of ["", "open", "open x {}", "hello 1 2", "close -", "frame  x"]) {
    expect(decodeIngress(text)).toBeNull();
    expect(decodeEgress(text)).toBeNull();
  }
  fc.assert(fc.property(payload, (text) => void [decodeIngress(text), decodeEgress(text)]));
});
