import { expect, test } from "bun:test";
import { chat, ME, message } from "../../testing/fixtures.ts";
import { firstUnread } from "./first-unread.ts";
import { newRoom, type Room } from "./room.ts";

function room(seqs: readonly number[], change: Partial<Room> = {}): Room {
  const unread = chat({ lastSeq: 99, readSeq: 10, unread: 60 });
  const messages = seqs.map((seq) => message(seq));
  return { ...newRoom(unread), messages, history: "partial", ...change };
}

test("The first unread message is the first one after the read mark", () => {
  expect(firstUnread(room([9, 10, 12, 13]), ME)).toBe(12);
  expect(firstUnread(room([11, 12]), ME)).toBe(11);
});

test("There is no first unread message while it is not loaded", () => {
  expect(firstUnread(room([40, 41]), ME)).toBeNull();
  expect(firstUnread(room([]), ME)).toBeNull();
});

test("The first message of the chat may be the first unread one", () => {
  expect(firstUnread(room([12, 13], { history: "whole" }), ME)).toBe(12);
});

test("The first unread message is searched in the detached window while that is shown", () => {
  const detached = { messages: [message(30)], hasOlder: true };
  expect(firstUnread(room([9, 12], { detached }), ME)).toBeNull();
});

test("The first unread message is never one’s own, and is absent if nothing is new", () => {
  const own = message(12, { sender: ME });
  expect(firstUnread(room([], { messages: [message(10), own, message(13)] }), ME)).toBe(13);
  expect(firstUnread(room([9, 12], { dividerAfter: null }), ME)).toBeNull();
});
