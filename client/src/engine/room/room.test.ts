import { describe, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { chat, chatEvent, message, reader, TOMAS, user } from "../../testing/fixtures.ts";
import { applyEvent } from "./apply-event.ts";
import { moveReadMark, newRoom, type Room, refreshRoom } from "./room.ts";

const common = { at: "2026-06-12T18:05:00.000Z", by: TOMAS };
const _loaded = (...seqs: number[]): Room => ({
  ...newRoom(chat({ lastSeq: seqs.at(-1) ?? 0 })),
  messages: seqs.map((seq) => message(seq)),
  history: "partial",
});
const apply = (room: Room, ...events: ChatEvent[]) =>
  events.reduce((now, event) => applyEvent(now, event, reader()), room);

describe("the chat of a room", () => {
  test("A chat counts its members as they join and leave", () => {
    const member = (seq: number, action: "joined" | "left"): ChatEvent => ({
      ...common,
      seq,
      kind: "member",
      user: user(TOMAS, "tomas"),
      action,
      role: "member",
      mutedUntil: null,
    });
    expect(apply(newRoom(chat()), member(1, "joined")).chat.members).toBe(3);
    expect(apply(newRoom(chat()), member(1, "joined"), member(2, "left")).chat.members).toBe(2);
  });

  test("A chat is not changed by an older description from the server", () => {
    const room = apply(newRoom(chat()), chatEvent(1), chatEvent(2));
    const { chat: known } = refreshRoom(room, chat({ lastSeq: 1, unread: 1, name: "boats" }));
    expect(known).toMatchObject({ unread: 2, name: "regatta" });
  });

  test("A chat is replaced by a newer description, and the events up to it are not counted again", () => {
    const room = apply(newRoom(chat()), chatEvent(1));
    const ahead = refreshRoom(room, chat({ lastSeq: 3, unread: 3, members: 9, name: "boats" }));
    expect(ahead.chat).toMatchObject({ unread: 3, members: 9, name: "boats" });
    expect(ahead.seq).toBe(1);
    const later = apply(ahead, chatEvent(2), chatEvent(3), chatEvent(4));
    expect(later.chat.unread).toBe(4);
  });

  test("A chat keeps a read mark that the server has not received", () => {
    const room = moveReadMark(apply(newRoom(chat()), chatEvent(1)), 1);
    const refreshed = refreshRoom(room, chat({ lastSeq: 1, readSeq: 0, unread: 1 }));
    expect(refreshed.chat).toMatchObject({ readSeq: 1, unread: 0 });
  });
});
