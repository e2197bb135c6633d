import { expect, test } from "bun:test";
import { createServerName, decodeHint, encodeHint, type Hint } from "./hints.ts";

const [SELF, OTHER] = [createServerName(), createServerName()];
const TYPING = { type: "typing", chat: "room", user: "ann" } as const;

const HINTS: Record<string, Hint> = {
  "events 3 5 {a frame}": { kind: "events", first: 3, last: 5, frame: "{a frame}" },
  [`others ann - ${JSON.stringify(TYPING)}`]: { kind: "others", user: "ann", frame: TYPING },
  "changed - - ": { kind: "changed" },
  [`frame - - ${JSON.stringify(TYPING)}`]: { kind: "frame", frame: TYPING },
  "end sid - ": { kind: "end", sid: "sid" },
  "chats - - ": { kind: "chats" },
  "related bob - ": { kind: "related", other: "bob" },
  "profile ann fields ": { kind: "profile", user: "ann", part: "fields" },
  "profile bob avatar ": { kind: "profile", user: "bob", part: "avatar" },
};

for (const [words, hint] of Object.entries(HINTS))
  test(`A hint of the kind ${hint.kind} is encoded as one line of words and decoded unchanged`, () => {
    expect(encodeHint(OTHER, hint)).toBe(`${OTHER} ${words}`);
    expect(decodeHint(SELF, encodeHint(OTHER, hint))).toEqual(hint);
  });

test("The name of a server contains the version of the wire format", () => {
  expect(SELF).toMatch(/^v1-[0-9a-f]{8}$/);
});

test("A server drops its own hints", () => {
  expect(decodeHint(SELF, encodeHint(SELF, { kind: "chats" }))).toBeUndefined();
});

test.each([
  ["another version", "v2-12345678 chats - - "],
  ["an unknown kind", `${OTHER} presence - - {}`],
  ["a missing word", `${OTHER} chats`],
  ["a sequence that is no number", `${OTHER} events a b {}`],
  ["a sequence that runs backwards", `${OTHER} events 5 3 {}`],
  ["a frame that is not JSON", `${OTHER} frame - - {`],
  ["an empty text", ""],
])("A hint with %s is ignored", (_, text) => {
  expect(decodeHint(SELF, text)).toBeUndefined();
});
