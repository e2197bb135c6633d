import { expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { check, type Evidence } from "./checker.ts";

const event = (seq: number, clientId = `c${seq}`) =>
  ({ seq, kind: "message", message: { clientId } }) as ChatEvent;
const calm: Evidence = {
  acknowledged: new Map([
    ["c1", new Set([1])],
    ["c3", new Set([3])],
  ]),
  heard: new Map([["ann", [event(1), event(2), event(2), event(3)]]]),
  stored: [event(1), event(2), event(3)],
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

test("what is stored twice, or acknowledged with two places, is doubled", () => {
  const stored = [event(1), event(2, "c1"), event(3)];
  expect(counts({ stored, heard: new Map() }).doubled).toBe(1);
  expect(counts({ acknowledged: new Map([["c1", new Set([1, 3])]]) }).doubled).toBe(1);
});

test("what a reader heard late, or otherwise than it is stored, is reordered", () => {
  expect(counts({ heard: new Map([["ann", [event(1), event(3), event(2)]]]) }).reordered).toBe(1);
  expect(counts({ heard: new Map([["ann", [event(1), event(2, "x"), event(3)]]]) }).reordered).toBe(
    1,
  );
});

test("a place that is not stored, or that a reader never heard, is a hole", () => {
  expect(counts({ heard: new Map([["ann", [event(1), event(3)]]]) }).holes).toBe(1);
  expect(counts({ stored: [event(1), event(3)], heard: new Map() }).holes).toBe(1);
});
