import { describe, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { chat, chatEvent, ME, message, reader, TOMAS } from "../../testing/fixtures.ts";
import { applyEvents, EVENT_ORIGIN } from "../../testing/room-events.ts";
import { applyEvent } from "./apply-event.ts";
import { moveReadMark } from "./read-mark.ts";
import { refreshRoom } from "./refresh-room.ts";
import { newRoom } from "./room.ts";

describe("the unread count", () => {
  test("The unread count includes the messages of others, and not one's own", () => {
    const room = applyEvents(newRoom(chat()), chatEvent(1), chatEvent(2, { sender: ME }));
    expect(room.chat.unread).toBe(1);
    expect(room.seq).toBe(2);
  });

  test("Mentions are counted separately, without those by blocked users", () => {
    const event = chatEvent(1, { body: "@mira, look" });
    expect(applyEvents(newRoom(chat()), event).chat.mentions).toBe(1);
    const blocking = reader({ isBlocked: (id) => id === TOMAS });
    expect(applyEvent(newRoom(chat()), event, blocking).chat.mentions).toBe(0);
  });

  test("The unread count excludes a deleted message", () => {
    const room = applyEvents(newRoom(chat()), chatEvent(1, { body: "@mira" }), chatEvent(2), {
      ...EVENT_ORIGIN,
      seq: 3,
      kind: "delete",
      target: 1,
    });
    expect(room.chat).toMatchObject({ unread: 1, mentions: 0 });
    expect(room.counts.isExact).toBe(true);
  });

  test("The count of mentions follows an edit that adds or removes a mention", () => {
    const edit = (seq: number, body: string): ChatEvent => ({
      ...EVENT_ORIGIN,
      seq,
      kind: "edit",
      target: 1,
      message: message(1, { body }),
    });
    const mentioned = applyEvents(newRoom(chat()), chatEvent(1), edit(2, "@mira"));
    expect(mentioned.chat.mentions).toBe(1);
    expect(applyEvents(mentioned, edit(3, "nobody")).chat.mentions).toBe(0);
  });

  test("The unread count becomes inexact when a message that only the server counted changes", () => {
    const room = newRoom(chat({ lastSeq: 4, unread: 2 }));
    const gone = applyEvents(room, { ...EVENT_ORIGIN, seq: 5, kind: "delete", target: 3 });
    expect(gone.counts.isExact).toBe(false);
    const edited = message(3, { body: "@mira" });
    const mentioned = applyEvents(room, {
      ...EVENT_ORIGIN,
      seq: 5,
      kind: "edit",
      target: 3,
      message: edited,
    });
    expect(mentioned.counts.isExact).toBe(false);
    expect(refreshRoom(gone, chat({ lastSeq: 5, unread: 1 }), reader()).counts.isExact).toBe(true);
  });

  test("The first unseen message puts the divider after the read mark", () => {
    const room = applyEvents(newRoom(chat({ lastSeq: 4, readSeq: 4 })), chatEvent(5), chatEvent(6));
    expect(room.dividerAfter).toBe(4);
  });

  test("A message that the user sees arrive puts no divider", () => {
    const watching = reader({ watches: () => true });
    expect(applyEvent(newRoom(chat()), chatEvent(1), watching).dividerAfter).toBeNull();
  });

  test("The unread count falls when the read mark moves forward, and the mark never moves back", () => {
    const room = moveReadMark(
      applyEvents(newRoom(chat()), chatEvent(1), chatEvent(2)),
      2,
      reader(),
    );
    expect(room.chat).toMatchObject({ readSeq: 2, unread: 0 });
    expect(moveReadMark(room, 1, reader())).toBe(room);
  });

  test("The unread count is at most the number of messages after the read mark", () => {
    const room = applyEvents(newRoom(chat()), chatEvent(1), chatEvent(2), chatEvent(3));
    expect(moveReadMark(room, 2, reader()).chat.unread).toBe(1);
  });
});
