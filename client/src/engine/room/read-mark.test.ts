import { describe, expect, test } from "bun:test";
import type { Message } from "@parley/contracts/messages";
import { chat, ME, message, reader } from "../../testing/fixtures.ts";
import { holdsUnread, moveReadMark } from "./read-mark.ts";
import { newRoom, type Room } from "./room.ts";

/** A chat whose read mark is at 10, with these messages loaded. */
function room(messages: readonly Message[], change: Partial<Room> = {}): Room {
  const unread = chat({ lastSeq: 20, readSeq: 10, unread: 10, mentions: 1 });
  return { ...newRoom(unread), messages: [...messages], history: "partial", ...change };
}

const from = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, n) => message(first + n));

describe("a window that holds every unread message", () => {
  test("A window holds them if it reaches back to the read mark or to the beginning", () => {
    expect(holdsUnread(room(from(11, 20)), reader())).toBe(true);
    expect(holdsUnread(room(from(15, 20)), reader())).toBe(false);
    expect(holdsUnread(room(from(15, 20), { history: "whole" }), reader())).toBe(true);
  });

  test("A window holds them if it has as many as are unread, whatever else follows the read mark", () => {
    const few = room(from(15, 20), { chat: chat({ lastSeq: 20, readSeq: 10, unread: 6 }) });
    expect(holdsUnread(few, reader())).toBe(true);
    const own = few.messages.map((one) => ({ ...one, sender: ME }));
    expect(holdsUnread({ ...few, messages: own }, reader())).toBe(false);
  });

  test("A capped count says nothing about how many are unread", () => {
    const capped = chat({ lastSeq: 5_000, readSeq: 10, unread: 1_000 });
    expect(holdsUnread(room(from(4_001, 5_000), { chat: capped }), reader())).toBe(false);
  });

  test("Every window holds them if nothing is unread", () => {
    const read = chat({ lastSeq: 20, readSeq: 10 });
    expect(holdsUnread(room(from(15, 20), { chat: read }), reader())).toBe(true);
  });
});

describe("a read mark that moves through loaded messages", () => {
  const moved = (one: Room, seq: number) => {
    const { chat, counts } = moveReadMark(one, seq, reader());
    return [chat.unread, chat.mentions, counts.isExact];
  };

  test("The counts fall by the messages and mentions that the read mark passes", () => {
    const messages = from(11, 20).with(2, message(13, { body: "@mira look" }));
    expect(moved(room(messages), 12)).toEqual([8, 1, true]);
    expect(moved(room(messages), 13)).toEqual([7, 0, true]);
  });

  test("Own messages were not unread", () => {
    const messages = from(11, 20).with(0, message(11, { sender: ME }));
    const mine = room(messages, { chat: chat({ lastSeq: 20, readSeq: 10, unread: 9 }) });
    expect(moved({ ...mine, counts: newRoom(mine.chat).counts }, 12)).toEqual([8, 0, true]);
  });

  test("Only the server knows the counts after messages that are not loaded, edited or deleted", () => {
    const at = "2026-06-12T18:02:00.000Z";
    expect(moved(room(from(15, 20)), 16)[2]).toBe(false);
    expect(moved(room(from(11, 20).with(0, message(11, { deletedAt: at }))), 12)[2]).toBe(false);
    expect(moved(room(from(11, 20).with(0, message(11, { editedAt: at }))), 12)[2]).toBe(false);
  });
});
