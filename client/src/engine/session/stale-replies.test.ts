import { afterEach, expect, jest, test } from "bun:test";
import { CHAT, chat, chatEvent, message } from "../../testing/fixtures.ts";
import { startSession } from "../../testing/session-harness.ts";
import { TRIMMED_LENGTH } from "../room/message-window.ts";

const OTHER = "0190a000-0000-7000-8000-00000000c002";
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

afterEach(() => void jest.useRealTimers());

test("A chat that appears after its first events requests them", async () => {
  const { session, sent, tell } = await startSession();
  tell({ type: "resumed" });
  const early = { ...chatEvent(3), message: message(3, { chat: OTHER }) };
  tell({ type: "events", chat: OTHER, events: [early as never] });
  tell({ type: "chat", chat: chat({ id: OTHER, lastSeq: 2 }) });
  expect(sent.at(-1)).toEqual({ type: "resume", chats: { [OTHER]: 2 } });
  tell({ type: "events", chat: OTHER, events: [early as never] });
  expect(session.state.rooms[OTHER]?.seq).toBe(3);
});

test("A chat that is reset requests the events that arrived while it was fetched", async () => {
  const { server, sent, tell } = await startSession({ chats: [chat({ lastSeq: 4 })] });
  server.bootstrap = { ...server.bootstrap, chats: [chat({ lastSeq: 2_000, unread: 1_000 })] };
  tell({ type: "reset", chat: CHAT });
  tell({ type: "resumed" });
  tell({ type: "events", chat: CHAT, events: [chatEvent(2_001)] });
  await settled();
  expect(sent.at(-1)).toEqual({ type: "resume", chats: { [CHAT]: 2_000 } });
});

test("A read mark that another device moved between the bootstrap and the first welcome is taken over", async () => {
  jest.useFakeTimers();
  const unread = { chats: [chat({ lastSeq: 5, unread: 5 })] };
  const { session, server } = await startSession(unread);
  server.bootstrap = { ...server.bootstrap, chats: [chat({ lastSeq: 5, readSeq: 5 })] };
  jest.advanceTimersByTime(2_000);
  jest.useRealTimers();
  await settled();
  expect(session.state.rooms[CHAT]?.chat.unread).toBe(0);
});

test("A room that is not shown keeps a limited number of messages", async () => {
  const { session, server, tell } = await startSession();
  server.page = { messages: [message(1)], users: [], hasMore: false };
  session.chats.show(CHAT);
  await settled();
  session.chats.show(null);
  for (let seq = 1; seq <= 5 * TRIMMED_LENGTH; seq++)
    tell({ type: "events", chat: CHAT, events: [chatEvent(seq)] });
  const { messages = [], history } = session.state.rooms[CHAT] ?? {};
  expect(messages.length).toBeLessThan(2 * TRIMMED_LENGTH);
  expect([messages.at(-1)?.seq, history]).toEqual([5 * TRIMMED_LENGTH, "partial"]);
});
