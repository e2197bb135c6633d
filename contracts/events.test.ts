import { expect, test } from "bun:test";
import * as v from "valibot";
import { ChatEvent, isKnownEvent, ReceivedEvent } from "./events.ts";

const COMMON = {
  seq: 7,
  at: "2026-01-01T00:00:00.000Z",
  by: "01890000-0000-7000-8000-000000000001",
};

test("A receiver keeps the seq of an event of an unknown kind", () => {
  const event = v.parse(ReceivedEvent, { ...COMMON, kind: "pin", target: 3 });
  expect(event).toEqual({ ...COMMON, kind: "pin" });
  expect(isKnownEvent(event)).toBe(false);
});

test("A receiver needs no more of an unknown event than its seq and kind", () => {
  expect(v.parse(ReceivedEvent, { seq: 7, kind: "pin" })).toEqual({ seq: 7, kind: "pin" });
  expect(v.is(ReceivedEvent, { kind: "pin" })).toBe(false);
});

test("A receiver parses an event of a known kind with its fields", () => {
  const event = v.parse(ReceivedEvent, { ...COMMON, kind: "delete", target: 3 });
  expect(event).toEqual({ ...COMMON, kind: "delete", target: 3 });
  expect(isKnownEvent(event)).toBe(true);
});

test("An event of a known kind that lacks a field is not taken for an unknown kind", () => {
  expect(v.is(ReceivedEvent, { ...COMMON, kind: "delete" })).toBe(false);
});

test("A sender writes events of known kinds alone", () => {
  expect(v.is(ChatEvent, { ...COMMON, kind: "pin" })).toBe(false);
});
