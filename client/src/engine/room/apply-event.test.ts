import { describe, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { chat, chatEvent, ME, message, reader, TOMAS, user } from "../../testing/fixtures.ts";
import { applyEvent } from "./apply-event.ts";
import { addNewest, TRIMMED_LENGTH, trim } from "./message-window.ts";
import { moveReadMark, newRoom, type Room, refreshRoom } from "./room.ts";

const common = { at: "2026-06-12T18:05:00.000Z", by: TOMAS };
const loaded = (...seqs: number[]): Room => ({
  ...newRoom(chat({ lastSeq: seqs.at(-1) ?? 0 })),
  messages: seqs.map((seq) => message(seq)),
  history: "partial",
});
const apply = (room: Room, ...events: ChatEvent[]) =>
  events.reduce((now, event) => applyEvent(now, event, reader()), room);

describe("the unread count", () => {
  test("includes the messages of others, and not one’s own", () => {
    const room = apply(newRoom(chat()), chatEvent(1), chatEvent(2, { sender: ME }));
    expect(room.chat.unread).toBe(1);
    expect(room.seq).toBe(2);
  });

  test("has a separate count of mentions, without those by blocked users", () => {
    const event = chatEvent(1, { body: "@mira, look" });
    expect(apply(newRoom(chat()), event).chat.mentions).toBe(1);
    const blocking = reader({ isBlocked: (id) => id === TOMAS });
    expect(applyEvent(newRoom(chat()), event, blocking).chat.mentions).toBe(0);
  });

  test("excludes a deleted message", () => {
    const room = apply(newRoom(chat()), chatEvent(1, { body: "@mira" }), chatEvent(2), {
      ...common,
      seq: 3,
      kind: "delete",
      target: 1,
    });
    expect(room.chat).toMatchObject({ unread: 1, mentions: 0 });
    expect(room.counts.isExact).toBe(true);
  });

  test("follows an edit that adds or removes a mention", () => {
    const edit = (seq: number, body: string): ChatEvent => ({
      ...common,
      seq,
      kind: "edit",
      target: 1,
      message: message(1, { body }),
    });
    const mentioned = apply(newRoom(chat()), chatEvent(1), edit(2, "@mira"));
    expect(mentioned.chat.mentions).toBe(1);
    expect(apply(mentioned, edit(3, "nobody")).chat.mentions).toBe(0);
  });

  test("becomes inexact when a message that only the server counted changes", () => {
    const room = newRoom(chat({ lastSeq: 4, unread: 2 }));
    const gone = apply(room, { ...common, seq: 5, kind: "delete", target: 3 });
    expect(gone.counts.isExact).toBe(false);
    const edited = message(3, { body: "@mira" });
    const mentioned = apply(room, { ...common, seq: 5, kind: "edit", target: 3, message: edited });
    expect(mentioned.counts.isExact).toBe(false);
    expect(refreshRoom(gone, chat({ lastSeq: 5, unread: 1 })).counts.isExact).toBe(true);
  });

  test("comes with a divider after the read mark at the first unseen message", () => {
    const room = apply(newRoom(chat({ lastSeq: 4, readSeq: 4 })), chatEvent(5), chatEvent(6));
    expect(room.dividerAfter).toBe(4);
  });

  test("comes without a divider for a message that the user sees arrive", () => {
    const watching = reader({ watches: () => true });
    expect(applyEvent(newRoom(chat()), chatEvent(1), watching).dividerAfter).toBeNull();
  });

  test("falls when the read mark moves forward, and the mark never moves back", () => {
    const room = moveReadMark(apply(newRoom(chat()), chatEvent(1), chatEvent(2)), 2);
    expect(room.chat).toMatchObject({ readSeq: 2, unread: 0 });
    expect(moveReadMark(room, 1)).toBe(room);
  });

  test("is at most the number of messages after the read mark", () => {
    const room = apply(newRoom(chat()), chatEvent(1), chatEvent(2), chatEvent(3));
    expect(moveReadMark(room, 2).chat.unread).toBe(1);
  });
});

describe("the messages of a room", () => {
  test("are only the last one until the room is opened", () => {
    const room = apply(newRoom(chat()), chatEvent(1));
    expect(room.messages).toEqual([]);
    expect(room.chat.lastMessage?.seq).toBe(1);
  });

  test("change in place by an edit and a deletion", () => {
    const edited = message(2, { body: "better", editedAt: common.at });
    const room = apply(
      loaded(1, 2, 3),
      { ...common, seq: 4, kind: "edit", target: 2, message: edited },
      { ...common, seq: 5, kind: "delete", target: 1 },
    );
    expect(room.messages.map(({ body }) => body)).toEqual(["", "better", "message 3"]);
    expect(room.messages[0]?.deletedAt).toBe(common.at);
  });

  test("have reactions that are counted by emoji and marked as one’s own", () => {
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

  test("stay deleted, whatever events follow", () => {
    const room = apply(
      loaded(1),
      { ...common, seq: 4, kind: "delete", target: 1 },
      { ...common, seq: 5, kind: "edit", target: 1, message: message(1, { body: "late" }) },
      { ...common, seq: 6, kind: "reaction", target: 1, emoji: "🚣", added: true },
    );
    expect(room.messages[0]).toMatchObject({ body: "", deletedAt: common.at, reactions: [] });
  });

  test("keep a later edit of a page when an earlier edit arrives", () => {
    const page = message(1, { body: "third", editedAt: "2026-06-12T18:07:00.000Z" });
    const second = message(1, { body: "second", editedAt: "2026-06-12T18:06:00.000Z" });
    const room = { ...loaded(1), messages: [page] };
    const edit = { ...common, seq: 2, kind: "edit", target: 1, message: second } as const;
    expect(apply(room, edit).messages[0]?.body).toBe("third");
  });

  test("count a reaction once that a page includes as well", () => {
    const reactions = [{ emoji: "🚣", count: 1, mine: false }];
    const room = { ...loaded(1), messages: [message(1, { reactions })] };
    const reaction = { ...common, seq: 2, kind: "reaction", target: 1, emoji: "🚣" } as const;
    const { messages } = apply(room, { ...reaction, added: true, count: 1 });
    expect(messages[0]?.reactions).toEqual(reactions);
  });

  test("include the last message of the list of chats, which is edited and deleted as well", () => {
    const room = apply(newRoom(chat()), chatEvent(1), {
      ...common,
      seq: 2,
      kind: "delete",
      target: 1,
    });
    expect(room.chat.lastMessage?.deletedAt).toBe(common.at);
  });

  test("are preceded by an older page, and a message in both is shown once", () => {
    const room = addNewest(loaded(3, 4), {
      messages: [1, 2, 3].map((n) => message(n)),
      hasMore: false,
    });
    expect(room.messages.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(room.history).toBe("whole");
  });

  test("keep the state of their events when an older page arrives", () => {
    const room = { ...loaded(1), messages: [message(1, { body: "edited since" })] };
    const { messages } = addNewest(room, { messages: [message(1)], hasMore: false });
    expect(messages[0]?.body).toBe("edited since");
  });

  test("are trimmed to the newest in a room that is not shown, and older ones can be loaded", () => {
    const seqs = Array.from({ length: TRIMMED_LENGTH + 1 }, (_, n) => n + 1);
    const room = trim<Room>({ ...loaded(...seqs), history: "whole" });
    expect(room.messages.map(({ seq }) => seq)).toEqual(seqs.slice(1));
    expect(room.history).toBe("partial");
  });
});

describe("the chat of a room", () => {
  test("counts its members as they join and leave", () => {
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

  test("is not changed by an older description of the server", () => {
    const room = apply(newRoom(chat()), chatEvent(1), chatEvent(2));
    const { chat: known } = refreshRoom(room, chat({ lastSeq: 1, unread: 1, name: "boats" }));
    expect(known).toMatchObject({ unread: 2, name: "regatta" });
  });

  test("is replaced by a newer description, and the events up to it are not counted again", () => {
    const room = apply(newRoom(chat()), chatEvent(1));
    const ahead = refreshRoom(room, chat({ lastSeq: 3, unread: 3, members: 9, name: "boats" }));
    expect(ahead.chat).toMatchObject({ unread: 3, members: 9, name: "boats" });
    expect(ahead.seq).toBe(1);
    const later = apply(ahead, chatEvent(2), chatEvent(3), chatEvent(4));
    expect(later.chat.unread).toBe(4);
  });

  test("keeps a read mark that the server has not received", () => {
    const room = moveReadMark(apply(newRoom(chat()), chatEvent(1)), 1);
    const refreshed = refreshRoom(room, chat({ lastSeq: 1, readSeq: 0, unread: 1 }));
    expect(refreshed.chat).toMatchObject({ readSeq: 1, unread: 0 });
  });
});
