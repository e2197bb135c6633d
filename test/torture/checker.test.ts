import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { check, type Evidence } from "./checker.ts";

const event = (seq: number, clientId = `c${seq}`, now: object = {}) =>
  ({
    seq,
    kind: "message",
    message: { seq, clientId, reactions: [], ...now },
  }) as unknown as ChatEvent;
const edit = (seq: number, target: number) => ({ seq, kind: "edit", target }) as ChatEvent;
const reading = (events: ChatEvent[], skipped: number[] = []) =>
  new Map([["ann", { events, skipped: new Set(skipped) }]]);
const edited = { body: "edited", editedAt: "2026-01-01T00:00:00.000Z" };
const intact: Evidence = {
  acknowledged: new Map([
    ["c1", new Set([1])],
    ["c3", new Set([3])],
  ]),
  changes: [{ kind: "edit", seq: 1 }],
  received: reading([event(1), event(2), event(2), event(3), edit(4, 1)]),
  stored: [event(1, "c1", edited), event(2), event(3), edit(4, 1)],
};
const counts = (changed: Partial<Evidence>) => {
  const { lost, doubled, reordered, holes } = check({ ...intact, ...changed });
  return { lost, doubled, reordered, holes };
};

test("A run without faults passes, and receiving an event twice is no fault", () => {
  expect(counts({})).toEqual({ lost: 0, doubled: 0, reordered: 0, holes: 0 });
});

test("An acknowledged message that is not stored at its seq is lost", () => {
  expect(counts({ acknowledged: new Map([["c9", new Set([4])]]) }).lost).toBe(1);
  expect(counts({ acknowledged: new Map([["c1", new Set([2])]]) }).lost).toBe(1);
});

test("An acknowledged change that is not stored is lost", () => {
  expect(counts({ changes: [{ kind: "edit", seq: 2 }] }).lost).toBe(1);
  expect(counts({ changes: [{ kind: "delete", seq: 1 }] }).lost).toBe(1);
  expect(counts({ changes: [{ kind: "reaction", seq: 1 }] }).lost).toBe(1);
});

test("A message that is stored twice, or acknowledged with two seqs, is doubled", () => {
  const stored = [event(1, "c1", edited), event(2, "c1"), event(3)];
  expect(counts({ stored, received: new Map() }).doubled).toBe(1);
  expect(counts({ acknowledged: new Map([["c1", new Set([1, 3])]]) }).doubled).toBe(1);
});

test("An event that a reader received late, or unlike the stored one, is reordered", () => {
  const late = [event(1), event(3), event(2), edit(4, 1)];
  expect(counts({ received: reading(late) }).reordered).toBe(1);
  const different = [event(1), event(2, "x"), event(3), edit(4, 2)];
  expect(counts({ received: reading(different) }).reordered).toBe(2);
});

test("A seq that is not stored, or that a reader never received, is a hole", () => {
  expect(counts({ received: reading([event(1), event(3), edit(4, 1)]) }).holes).toBe(1);
  expect(counts({ received: reading([event(1), event(2), event(3)]) }).holes).toBe(1);
  const stored = [event(1, "c1", edited), event(3), edit(4, 1)];
  expect(counts({ stored, received: new Map() }).holes).toBe(1);
});

test("Events covered by a reset, and events that nobody can know of, are no holes", () => {
  expect(counts({ received: reading([event(1), event(2), event(3)], [4]) }).holes).toBe(0);
  const stored = [event(1, "c1", edited), event(2), event(3), event(5)];
  const received = reading([event(1), event(2), event(3), event(5)], [4]);
  expect(counts({ stored, received }).holes).toBe(0);
});
