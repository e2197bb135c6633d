import { describe, expect, test } from "bun:test";
import type { ReceivedEvent } from "@parley/contracts/events";
import { CHAT, chat, chatEvent, TOMAS } from "../../testing/fixtures.ts";
import { startSession } from "../../testing/session-harness.ts";

/** An event of a kind that a later server has. */
const unknown = (seq: number): ReceivedEvent => ({
  seq,
  kind: "pin",
  at: "2026-06-12T18:05:00.000Z",
  by: TOMAS,
});

const isMessage = (event: ReceivedEvent) => event.kind === "message";

describe("an events frame with an event of an unknown kind", () => {
  test.each([
    ["first", [unknown(1), chatEvent(2), chatEvent(3)]],
    ["in the middle", [chatEvent(1), unknown(2), chatEvent(3)]],
    ["last", [chatEvent(1), chatEvent(2), unknown(3)]],
    ["alone", [unknown(1)]],
  ])("An events frame is applied when its event of an unknown kind is %s", async (_, events) => {
    const { session, sent, tell } = await startSession();
    tell({ type: "resumed" });
    const before = sent.length;
    tell({ type: "events", chat: CHAT, events });
    const unread = events.filter(isMessage).length;
    const lastSeq = events.length;
    expect(session.state.rooms[CHAT]).toMatchObject({ seq: lastSeq, chat: { lastSeq, unread } });
    tell({ type: "events", chat: CHAT, events: [chatEvent(lastSeq + 1)] });
    expect(session.state.rooms[CHAT]).toMatchObject({ seq: lastSeq + 1 });
    expect(sent.length).toBe(before);
  });

  test("An events frame with an unknown kind fills the hole before the events that came early", async () => {
    const { session, tell } = await startSession();
    tell({ type: "events", chat: CHAT, events: [chatEvent(3)] });
    expect(session.state.rooms[CHAT]?.seq).toBe(0);
    tell({ type: "events", chat: CHAT, events: [chatEvent(1), unknown(2)] });
    expect(session.state.rooms[CHAT]).toMatchObject({ seq: 3, chat: { unread: 2 } });
  });

  test("A replay with unknown kinds is applied, and the heads cause no further resume", async () => {
    const { session, sent, tell } = await startSession({ chats: [chat({ lastSeq: 4 })] });
    tell({ type: "events", chat: CHAT, events: [unknown(5), chatEvent(6), unknown(7)] });
    tell({ type: "resumed" });
    const before = sent.length;
    tell({ type: "heads", chats: { [CHAT]: 7 } });
    expect(session.state.rooms[CHAT]).toMatchObject({ seq: 7, chat: { unread: 1 } });
    expect(sent.length).toBe(before);
  });

  test("An event of an unknown kind is requested again when events before it are missing", async () => {
    const { sent, tell } = await startSession();
    tell({ type: "resumed" });
    tell({ type: "events", chat: CHAT, events: [unknown(2)] });
    expect(sent.at(-1)).toEqual({ type: "resume", chats: { [CHAT]: 0 } });
  });
});

test("A frame of an unknown type is ignored", async () => {
  const { session, tellRaw, tell } = await startSession();
  tellRaw({ type: "huddle", chat: CHAT });
  tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
  expect(session.state.rooms[CHAT]?.seq).toBe(1);
});
