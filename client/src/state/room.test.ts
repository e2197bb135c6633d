import { describe, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { chat, chatEvent, ME, message, reader, TOMAS, user } from "../testing/small-world.ts";
import {
  addPage,
  applyEvent,
  markRead,
  newRoom,
  type Room,
  refreshRoom,
  trimRoom,
} from "./room.ts";

const common = { at: "2026-06-12T18:05:00.000Z", by: TOMAS };
const loaded = (...seqs: number[]): Room => ({
  ...newRoom(chat({ lastSeq: seqs.at(-1) ?? 0 })),
  messages: seqs.map((seq) => message(seq)),
  history: "partial",
});
const apply = (room: Room, ...events: ChatEvent[]) =>
  events.reduce((now, event) => applyEvent(now, event, reader()), room);

describe("news", () => {
  test("somebody else's message is unread, one's own is not", () => {
    const room = apply(newRoom(chat()), chatEvent(1), chatEvent(2, { sender: ME }));
    expect(room.chat.unread).toBe(1);
    expect(room.seq).toBe(2);
  });

  test("a mention is counted beside, unless its author is blocked", () => {
    const event = chatEvent(1, { body: "@mira, look" });
    expect(apply(newRoom(chat()), event).chat.mentions).toBe(1);
    const deaf = reader({ isBlocked: (id) => id === TOMAS });
    expect(applyEvent(newRoom(chat()), event, deaf).chat.mentions).toBe(0);
  });

  test("“New” stands after what was read when the first unseen message came", () => {
    const room = apply(newRoom(chat({ lastSeq: 4, readSeq: 4 })), chatEvent(5), chatEvent(6));
    expect(room.newAfter).toBe(4);
  });

  test("what arrives before one's eyes puts up no “New”", () => {
    const watching = reader({ watches: () => true });
    expect(applyEvent(newRoom(chat()), chatEvent(1), watching).newAfter).toBeNull();
  });

  test("reading moves the mark forward, never back", () => {
    const room = markRead(apply(newRoom(chat()), chatEvent(1), chatEvent(2)), 2);
    expect(room.chat).toMatchObject({ readSeq: 2, unread: 0 });
    expect(markRead(room, 1)).toBe(room);
  });

  test("reading a part leaves no more unread than what came after it", () => {
    const room = apply(newRoom(chat()), chatEvent(1), chatEvent(2), chatEvent(3));
    expect(markRead(room, 2).chat.unread).toBe(1);
  });
});

describe("messages", () => {
  test("a room that nobody opened keeps only its last one", () => {
    const room = apply(newRoom(chat()), chatEvent(1));
    expect(room.messages).toEqual([]);
    expect(room.chat.lastMessage?.seq).toBe(1);
  });

  test("an edit and a deletion change the message in its place", () => {
    const edited = message(2, { body: "better", editedAt: common.at });
    const room = apply(
      loaded(1, 2, 3),
      { ...common, seq: 4, kind: "edit", target: 2, message: edited },
      { ...common, seq: 5, kind: "delete", target: 1 },
    );
    expect(room.messages.map(({ body }) => body)).toEqual(["", "better", "message 3"]);
    expect(room.messages[0]?.deletedAt).toBe(common.at);
  });

  test("reactions are counted by emoji, and one's own are known", () => {
    const react = (seq: number, by: string, added: boolean): ChatEvent => ({
      ...common,
      by,
      seq,
      kind: "reaction",
      target: 1,
      emoji: "🚣",
      added,
    });
    const two = apply(loaded(1), react(2, TOMAS, true), react(3, ME, true));
    expect(two.messages[0]?.reactions).toEqual([{ emoji: "🚣", count: 2, mine: true }]);
    const none = apply(two, react(4, ME, false), react(5, TOMAS, false));
    expect(none.messages[0]?.reactions).toEqual([]);
  });

  test("an older page goes before, and a message in both stands once", () => {
    const room = addPage(loaded(3, 4), {
      messages: [1, 2, 3].map((n) => message(n)),
      hasMore: false,
    });
    expect(room.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(room.history).toBe("whole");
  });

  test("what events brought wins over a page that was read before them", () => {
    const room = { ...loaded(1), messages: [message(1, { body: "edited since" })] };
    const { messages } = addPage(room, { messages: [message(1)], hasMore: false });
    expect(messages[0]?.body).toBe("edited since");
  });

  test("a room that was left keeps its newest, and knows that there is more", () => {
    const room = trimRoom({ ...loaded(1, 2, 3), history: "whole" }, 2);
    expect(room.messages.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(room.history).toBe("partial");
  });
});

describe("the chat itself", () => {
  test("who joins and who leaves changes the number of members", () => {
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

  test("counts of another moment are not taken over: the events between will come", () => {
    const room = apply(newRoom(chat()), chatEvent(1));
    const ahead = refreshRoom(room, chat({ lastSeq: 3, unread: 3, members: 9, name: "boats" }));
    expect(ahead.chat).toMatchObject({ unread: 1, members: 2, name: "boats" });
    expect(ahead.seq).toBe(1);
    const even = refreshRoom(room, chat({ lastSeq: 1, unread: 1, members: 9 }));
    expect(even.chat.members).toBe(9);
  });

  test("a read mark that the server has not heard of yet is kept", () => {
    const room = markRead(apply(newRoom(chat()), chatEvent(1)), 1);
    const refreshed = refreshRoom(room, chat({ lastSeq: 1, readSeq: 0, unread: 1 }));
    expect(refreshed.chat).toMatchObject({ readSeq: 1, unread: 0 });
  });
});
