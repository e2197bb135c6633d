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

test("every frame upwards survives the wire", () => {
  const frames: fc.Arbitrary<IngressFrame> = fc.oneof(
    fc.record({ kind: fc.constant("open" as const), connection, details: payload }),
    fc.record({ kind: fc.constant("frame" as const), connection, payload }),
    fc.record({ kind: fc.constantFrom("drained" as const, "close" as const), connection }),
  );
  fc.assert(
    fc.property(frames, (frame) => expect(decodeIngress(encodeIngress(frame))).toEqual(frame)),
  );
});

test("every frame downwards survives the wire", () => {
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

test("frames that share a message come out as they went in, whatever is in them", () => {
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

test("a frame alone is its own message, and what nobody packed is one frame", () => {
  expect(packFrames(["close 7"])).toBe("close 7");
  for (const message of ["close 7", "", "many 3", "frame 7 many 1 2\nabc"])
    expect([...unpackFrames(message)]).toEqual([message]);
});

test("what is no link frame is null, whatever it is", () => {
  for (const text of ["", "open", "open x {}", "hello 1 2", "close -", "frame  x"]) {
    expect(decodeIngress(text)).toBeNull();
    expect(decodeEgress(text)).toBeNull();
  }
  fc.assert(fc.property(payload, (text) => void [decodeIngress(text), decodeEgress(text)]));
});
