import { expect, test } from "bun:test";
import { chat, ME, message } from "../../testing/fixtures.ts";
import { firstUnread } from "./first-unread.ts";
import { newRoom, type Room } from "./room.ts";

function room(seqs: readonly number[], change: Partial<Room> = {}): Room {
  const news = chat({ lastSeq: 99, readSeq: 10, unread: 60 });
  const messages = seqs.map((seq) => message(seq));
  return { ...newRoom(news), messages, history: "partial", ...change };
}

test("is the first message after what was read", () => {
  expect(firstUnread(room([9, 10, 12, 13]), ME)).toBe(12);
  expect(firstUnread(room([11, 12]), ME)).toBe(11);
});

test("is nowhere while it is still to be loaded", () => {
  expect(firstUnread(room([40, 41]), ME)).toBeNull();
  expect(firstUnread(room([]), ME)).toBeNull();
});

test("may be the very first of the chat", () => {
  expect(firstUnread(room([12, 13], { history: "whole" }), ME)).toBe(12);
});

test("is looked for in the past that is shown instead", () => {
  const detached = { messages: [message(30)], hasOlder: true };
  expect(firstUnread(room([9, 12], { detached }), ME)).toBeNull();
});

test("is never one's own, and nowhere when nothing is new", () => {
  const own = message(12, { sender: ME });
  expect(firstUnread(room([], { messages: [message(10), own, message(13)] }), ME)).toBe(13);
  expect(firstUnread(room([9, 12], { dividerAfter: null }), ME)).toBeNull();
});
