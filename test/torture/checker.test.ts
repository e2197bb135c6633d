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
const hearing = (events: ChatEvent[], spared: number[] = []) =>
  new Map([["ann", { events, spared: new Set(spared) }]]);
const edited = { body: "edited", editedAt: "2026-01-01T00:00:00.000Z" };
const calm: Evidence = {
  acknowledged: new Map([
    ["c1", new Set([1])],
    ["c3", new Set([3])],
  ]),
  changes: [{ kind: "edit", seq: 1 }],
  heard: hearing([event(1), event(2), event(2), event(3), edit(4, 1)]),
  stored: [event(1, "c1", edited), event(2), event(3), edit(4, 1)],
};
const counts = (changed: Partial<Evidence>) => {
  const { lost, doubled, reordered, holes } = check({ ...calm, ...changed });
  return { lost, doubled, reordered, holes };
};

test("a calm run has nothing against it; hearing an event twice is no fault", () => {
  expect(counts({})).toEqual({ lost: 0, doubled: 0, reordered: 0, holes: 0 });
});

test("what was acknowledged and is not stored at its place is lost", () => {
  expect(counts({ acknowledged: new Map([["c9", new Set([4])]]) }).lost).toBe(1);
  expect(counts({ acknowledged: new Map([["c1", new Set([2])]]) }).lost).toBe(1);
});

test("a change that was acknowledged and does not show is lost", () => {
  expect(counts({ changes: [{ kind: "edit", seq: 2 }] }).lost).toBe(1);
  expect(counts({ changes: [{ kind: "delete", seq: 1 }] }).lost).toBe(1);
  expect(counts({ changes: [{ kind: "reaction", seq: 1 }] }).lost).toBe(1);
});

test("what is stored twice, or acknowledged with two places, is doubled", () => {
  const stored = [event(1, "c1", edited), event(2, "c1"), event(3)];
  expect(counts({ stored, heard: new Map() }).doubled).toBe(1);
  expect(counts({ acknowledged: new Map([["c1", new Set([1, 3])]]) }).doubled).toBe(1);
});

test("what a reader heard late, or otherwise than it is stored, is reordered", () => {
  const late = [event(1), event(3), event(2), edit(4, 1)];
  expect(counts({ heard: hearing(late) }).reordered).toBe(1);
  const otherwise = [event(1), event(2, "x"), event(3), edit(4, 2)];
  expect(counts({ heard: hearing(otherwise) }).reordered).toBe(2);
});

test("a place that is not stored, or that a reader never heard, is a hole", () => {
  expect(counts({ heard: hearing([event(1), event(3), edit(4, 1)]) }).holes).toBe(1);
  expect(counts({ heard: hearing([event(1), event(2), event(3)]) }).holes).toBe(1);
  const stored = [event(1, "c1", edited), event(3), edit(4, 1)];
  expect(counts({ stored, heard: new Map() }).holes).toBe(1);
});

test("what a reset spared a reader is no hole, nor is what nobody can know of", () => {
  expect(counts({ heard: hearing([event(1), event(2), event(3)], [4]) }).holes).toBe(0);
  const stored = [event(1, "c1", edited), event(2), event(3), event(5)];
  const heard = hearing([event(1), event(2), event(3), event(5)], [4]);
  expect(counts({ stored, heard }).holes).toBe(0);
});
