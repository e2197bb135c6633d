import { describe, expect, jest, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { CHAT, chat, chatEvent, ME, message, TOMAS, user } from "../../testing/fixtures.ts";
import { startSession } from "../../testing/session-harness.ts";

const OTHER = "0190a000-0000-7000-8000-00000000c002";
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const resumes = (sent: readonly ClientFrame[]) => sent.filter(({ type }) => type === "resume");

describe("a session", () => {
  test("A session starts with one request, and answers the welcome with the seq of every chat", async () => {
    const { asked, sent } = await startSession({ chats: [chat({ lastSeq: 4 })] });
    expect(asked).toEqual(["bootstrap"]);
    expect(sent).toEqual([{ type: "resume", chats: { [CHAT]: 4 } }]);
  });

  test("A session requests missed events once, and keeps the events that arrive meanwhile", async () => {
    const { session, sent, tell } = await startSession();
    tell({ type: "resumed" });
    tell({ type: "events", chat: CHAT, events: [chatEvent(3)] });
    tell({ type: "events", chat: CHAT, events: [chatEvent(4)] });
    expect(resumes(sent).slice(1)).toEqual([{ type: "resume", chats: { [CHAT]: 0 } }]);
    tell({ type: "events", chat: CHAT, events: [chatEvent(1), chatEvent(2), chatEvent(3)] });
    tell({ type: "resumed" });
    expect(session.state.rooms[CHAT]).toMatchObject({ seq: 4, chat: { unread: 4 } });
    expect(resumes(sent)).toHaveLength(2);
  });

  test("A session repeats a refused resume after a pause", async () => {
    const { sent, tell } = await startSession({ chats: [chat({ lastSeq: 4 })] });
    jest.useFakeTimers();
    try {
      tell({ type: "error", code: "rate_limited", detail: "too fast", retryAfter: 2 });
      jest.advanceTimersByTime(1_999);
      expect(resumes(sent)).toHaveLength(1);
      jest.advanceTimersByTime(2_001);
      expect(resumes(sent)).toEqual(Array(2).fill({ type: "resume", chats: { [CHAT]: 4 } }));
      tell({ type: "resumed" });
      tell({ type: "error", code: "rate_limited", detail: "another frame", retryAfter: 2 });
      jest.advanceTimersByTime(10_000);
      expect(resumes(sent)).toHaveLength(2);
    } finally {
      jest.useRealTimers();
    }
  });

  test("A session applies a repeated event once", async () => {
    const { session, tell } = await startSession();
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(1);
  });

  test("A session resumes a chat that is behind its head, and fetches a chat that it does not know", async () => {
    const { server, session, sent, asked, tell } = await startSession();
    tell({ type: "heads", chats: { [CHAT]: 2 } });
    expect(resumes(sent)).toHaveLength(2);
    server.bootstrap = { ...server.bootstrap, chats: [chat(), chat({ id: OTHER })] };
    tell({ type: "heads", chats: { [OTHER]: 1 } });
    await settled();
    expect(asked).toEqual(["bootstrap", "bootstrap"]);
    expect(Object.keys(session.state.rooms)).toEqual([CHAT, OTHER]);
  });

  test("A session resets a chat that missed too many events, and loads what it missed first", async () => {
    const { session, server, asked, tell } = await startSession();
    session.chats.show(CHAT);
    await settled();
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    server.bootstrap = {
      ...server.bootstrap,
      chats: [chat({ lastSeq: 2_000, readSeq: 0, unread: 1_000 })],
    };
    server.page = { messages: [message(1_999), message(2_000)], users: [], hasMore: true };
    tell({ type: "reset", chat: CHAT });
    tell({ type: "resumed" });
    await settled();
    const room = session.state.rooms[CHAT];
    expect(asked.slice(2)).toEqual([
      "bootstrap",
      `messages ${CHAT} around 1`,
      `messages ${CHAT} newest`,
    ]);
    expect(room?.seq).toBe(2_000);
    expect(room?.messages.map(({ seq }) => seq)).toEqual([1_999, 2_000]);
    expect(room?.chat.unread).toBe(1_000);
  });

  test("A session resets a chat with a hole that no replay fills", async () => {
    const { session, server, tell } = await startSession();
    tell({ type: "resumed" });
    tell({ type: "events", chat: CHAT, events: [chatEvent(5)] });
    server.bootstrap = { ...server.bootstrap, chats: [chat({ lastSeq: 5 })] };
    tell({ type: "resumed" });
    await settled();
    expect(session.state.rooms[CHAT]?.seq).toBe(5);
  });
});

describe("a chat", () => {
  test("A chat appears and disappears with its frames", async () => {
    const { session, tell } = await startSession();
    tell({ type: "chat", chat: chat({ id: OTHER, unread: 2, lastSeq: 3, readSeq: 1 }) });
    expect(session.state.rooms[OTHER]).toMatchObject({ seq: 3, dividerAfter: 1 });
    tell({ type: "left", chat: OTHER });
    expect(session.state.rooms[OTHER]).toBeUndefined();
  });

  test("A chat shows the divider above a message that arrives while the user reads older ones", async () => {
    const { session, tell } = await startSession();
    session.chats.show(CHAT);
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    expect(session.state.rooms[CHAT]?.dividerAfter).toBeNull();
    session.chats.markRead(CHAT);
    session.chats.setAtBottom(false);
    tell({ type: "events", chat: CHAT, events: [chatEvent(2)] });
    expect(session.state.rooms[CHAT]).toMatchObject({ dividerAfter: 1, chat: { unread: 1 } });
  });

  test("A chat is read on this device when another device reads it", async () => {
    const { session, tell } = await startSession();
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    tell({ type: "read", chat: CHAT, user: TOMAS, seq: 1 });
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(1);
    tell({ type: "read", chat: CHAT, user: ME, seq: 1 });
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(0);
  });
});

describe("a bootstrap", () => {
  test("A bootstrap does not undo a change that is later than the bootstrap", async () => {
    const { session, server, asked, tell } = await startSession();
    const before = server.bootstrap;
    tell({ type: "heads", chats: { [OTHER]: 1 } });
    tell({ type: "chat", chat: chat({ id: OTHER }) });
    server.bootstrap = { ...before, chats: [chat(), chat({ id: OTHER })] };
    await settled();
    expect(asked).toEqual(["bootstrap", "bootstrap", "bootstrap"]);
    expect(Object.keys(session.state.rooms)).toEqual([CHAT, OTHER]);
  });

  test("A bootstrap removes chats and blocks that have ended", async () => {
    const block = { user: user(TOMAS, "tomas"), createdAt: message(1).createdAt, expiresAt: null };
    const { session, server, tell } = await startSession({ blocks: [block] });
    server.bootstrap = { ...server.bootstrap, chats: [chat({ id: OTHER })], blocks: [] };
    tell({ type: "heads", chats: { [OTHER]: 1 } });
    await settled();
    expect(Object.keys(session.state.rooms)).toEqual([OTHER]);
    expect(session.state.blocks[TOMAS]).toBeUndefined();
  });
});
