import { describe, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { chat, chatEvent, reader, TOMAS, user } from "../../testing/fixtures.ts";
import { applyEvents, EVENT_ORIGIN } from "../../testing/room-events.ts";
import { moveReadMark } from "./read-mark.ts";
import { refreshRoom } from "./refresh-room.ts";
import { newRoom } from "./room.ts";

describe("the chat of a room", () => {
  test("A chat counts its members as they join and leave", () => {
    const member = (seq: number, action: "joined" | "left"): ChatEvent => ({
      ...EVENT_ORIGIN,
      seq,
      kind: "member",
      user: user(TOMAS, "tomas"),
      action,
      role: "member",
      mutedUntil: null,
    });
    expect(applyEvents(newRoom(chat()), member(1, "joined")).chat.members).toBe(3);
    expect(applyEvents(newRoom(chat()), member(1, "joined"), member(2, "left")).chat.members).toBe(
      2,
    );
  });

  test("A chat is not changed by an older description from the server", () => {
    const room = applyEvents(newRoom(chat()), chatEvent(1), chatEvent(2));
    const { chat: known } = refreshRoom(
      room,
      chat({ lastSeq: 1, unread: 1, name: "boats" }),
      reader(),
    );
    expect(known).toMatchObject({ unread: 2, name: "regatta" });
  });

  test("A chat is replaced by a newer description, and the events up to it are not counted again", () => {
    const room = applyEvents(newRoom(chat()), chatEvent(1));
    const ahead = refreshRoom(
      room,
      chat({ lastSeq: 3, unread: 3, members: 9, name: "boats" }),
      reader(),
    );
    expect(ahead.chat).toMatchObject({ unread: 3, members: 9, name: "boats" });
    expect(ahead.seq).toBe(1);
    const later = applyEvents(ahead, chatEvent(2), chatEvent(3), chatEvent(4));
    expect(later.chat.unread).toBe(4);
  });

  test("A chat keeps a read mark that the server has not received", () => {
    const room = moveReadMark(applyEvents(newRoom(chat()), chatEvent(1)), 1, reader());
    const refreshed = refreshRoom(room, chat({ lastSeq: 1, readSeq: 0, unread: 1 }), reader());
    expect(refreshed.chat).toMatchObject({ readSeq: 1, unread: 0 });
  });
});
