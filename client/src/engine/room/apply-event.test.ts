import { describe, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { chat, chatEvent, ME, message, TOMAS } from "../../testing/fixtures.ts";
import { applyEvents, EVENT_ORIGIN } from "../../testing/room-events.ts";
import { addNewest, TRIMMED_LENGTH, trim } from "./message-window.ts";
import { newRoom, type Room } from "./room.ts";

const loaded = (...seqs: number[]): Room => ({
  ...newRoom(chat({ lastSeq: seqs.at(-1) ?? 0 })),
  messages: seqs.map((seq) => message(seq)),
  history: "partial",
});

describe("the messages of a room", () => {
  test("A room that was never opened has only its last message", () => {
    const room = applyEvents(newRoom(chat()), chatEvent(1));
    expect(room.messages).toEqual([]);
    expect(room.chat.lastMessage?.seq).toBe(1);
  });

  test("An edit and a deletion change a message in place", () => {
    const edited = message(2, { body: "better", editedAt: EVENT_ORIGIN.at });
    const room = applyEvents(
      loaded(1, 2, 3),
      { ...EVENT_ORIGIN, seq: 4, kind: "edit", target: 2, message: edited },
      { ...EVENT_ORIGIN, seq: 5, kind: "delete", target: 1 },
    );
    expect(room.messages.map(({ body }) => body)).toEqual(["", "better", "message 3"]);
    expect(room.messages[0]?.deletedAt).toBe(EVENT_ORIGIN.at);
  });

  test("Reactions are counted by emoji and marked as one's own", () => {
    const react = (seq: number, by: string, added: boolean): ChatEvent => ({
      ...EVENT_ORIGIN,
      by,
      seq,
      kind: "reaction",
      target: 1,
      emoji: "🚣",
      added,
    });
    const two = applyEvents(loaded(1), react(2, TOMAS, true), react(3, ME, true));
    expect(two.messages[0]?.reactions).toEqual([{ emoji: "🚣", count: 2, mine: true }]);
    const none = applyEvents(two, react(4, ME, false), react(5, TOMAS, false));
    expect(none.messages[0]?.reactions).toEqual([]);
  });

  test("A deleted message stays deleted, whatever events follow", () => {
    const room = applyEvents(
      loaded(1),
      { ...EVENT_ORIGIN, seq: 4, kind: "delete", target: 1 },
      { ...EVENT_ORIGIN, seq: 5, kind: "edit", target: 1, message: message(1, { body: "late" }) },
      { ...EVENT_ORIGIN, seq: 6, kind: "reaction", target: 1, emoji: "🚣", added: true },
    );
    expect(room.messages[0]).toMatchObject({ body: "", deletedAt: EVENT_ORIGIN.at, reactions: [] });
  });

  test("A later edit of a page is kept when an earlier edit arrives", () => {
    const page = message(1, { body: "third", editedAt: "2026-06-12T18:07:00.000Z" });
    const second = message(1, { body: "second", editedAt: "2026-06-12T18:06:00.000Z" });
    const room = { ...loaded(1), messages: [page] };
    const edit = { ...EVENT_ORIGIN, seq: 2, kind: "edit", target: 1, message: second } as const;
    expect(applyEvents(room, edit).messages[0]?.body).toBe("third");
  });

  test("A reaction that a page and an event include is counted once", () => {
    const reactions = [{ emoji: "🚣", count: 1, mine: false }];
    const room = { ...loaded(1), messages: [message(1, { reactions })] };
    const reaction = { ...EVENT_ORIGIN, seq: 2, kind: "reaction", target: 1, emoji: "🚣" } as const;
    const { messages } = applyEvents(room, { ...reaction, added: true, count: 1 });
    expect(messages[0]?.reactions).toEqual(reactions);
  });

  test("The last message in the list of chats is also edited and deleted before the room is opened", () => {
    const room = applyEvents(newRoom(chat()), chatEvent(1), {
      ...EVENT_ORIGIN,
      seq: 2,
      kind: "delete",
      target: 1,
    });
    expect(room.chat.lastMessage?.deletedAt).toBe(EVENT_ORIGIN.at);
  });

  test("An older page precedes the messages of a room, and a message in both is shown once", () => {
    const room = addNewest(loaded(3, 4), {
      messages: [1, 2, 3].map((n) => message(n)),
      hasMore: false,
    });
    expect(room.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(room.history).toBe("whole");
  });

  test("Messages keep the state of their events when an older page arrives", () => {
    const room = { ...loaded(1), messages: [message(1, { body: "edited since" })] };
    const { messages } = addNewest(room, { messages: [message(1)], hasMore: false });
    expect(messages[0]?.body).toBe("edited since");
  });

  test("A room that is not shown keeps its newest messages, and older ones can be loaded", () => {
    const seqs = Array.from({ length: TRIMMED_LENGTH + 1 }, (_, n) => n + 1);
    const room = trim<Room>({ ...loaded(...seqs), history: "whole" });
    expect(room.messages.map(({ seq }) => seq)).toEqual(seqs.slice(1));
    expect(room.history).toBe("partial");
  });
});
