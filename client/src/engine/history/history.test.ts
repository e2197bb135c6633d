import { describe, expect, test } from "bun:test";
import { CHAT, chat, chatEvent, message, TOMAS } from "../../testing/fixtures.ts";
import { startSession } from "../../testing/session-harness.ts";
import { shownMessages } from "../room/message-window.ts";
import type { Room } from "../room/room.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("a chat's history", () => {
  test("A chat's history is fetched once, and shows a message once that also arrives as an event", async () => {
    const { session, server, asked, tell } = await startSession();
    server.page = { messages: [message(1), message(2)], users: [], hasMore: true };
    session.chats.show(CHAT);
    session.chats.show(CHAT);
    tell({ type: "events", chat: CHAT, events: [chatEvent(1), chatEvent(2), chatEvent(3)] });
    await settled();
    expect(asked.slice(1)).toEqual([`messages ${CHAT} newest`]);
    expect(session.state.rooms[CHAT]?.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("A page of history includes an edit that arrived while the page was being fetched", async () => {
    const { session, server, tell } = await startSession({ chats: [chat({ lastSeq: 1 })] });
    server.page = { messages: [message(1)], users: [], hasMore: false };
    session.chats.show(CHAT);
    const edited = message(1, { body: "better" });
    const at = edited.createdAt;
    const edit = { seq: 2, at, by: TOMAS, kind: "edit", target: 1, message: edited } as const;
    tell({ type: "events", chat: CHAT, events: [edit] });
    await settled();
    expect(session.state.rooms[CHAT]?.messages[0]?.body).toBe("better");
  });

  test("A chat's history is fetched again after a failure when the connection is open", async () => {
    const { session, server, welcome } = await startSession();
    server.isDown = true;
    session.chats.show(CHAT);
    await settled();
    expect(session.state.rooms[CHAT]?.history).toBe("failed");
    server.isDown = false;
    welcome();
    await settled();
    expect(session.state.rooms[CHAT]?.history).toBe("whole");
  });

  test("The next page of history continues before the oldest loaded message", async () => {
    const { session, server, asked } = await startSession({ chats: [chat({ lastSeq: 9 })] });
    server.page = { messages: [message(8), message(9)], users: [], hasMore: true };
    session.chats.show(CHAT);
    await settled();
    server.page = { messages: [message(7)], users: [], hasMore: false };
    await session.history.loadOlder(CHAT);
    expect(asked.at(-1)).toBe(`messages ${CHAT} before 8`);
    expect(session.state.rooms[CHAT]).toMatchObject({ history: "whole" });
    await session.history.loadOlder(CHAT);
    expect(asked).toHaveLength(3);
  });
});

describe("a message that the user jumps to", () => {
  const page = (...seqs: number[]) => seqs.map((seq) => message(seq));
  async function withNewest() {
    const world = await startSession({ chats: [chat({ lastSeq: 99 })] });
    world.server.page = { messages: page(98, 99), users: [], hasMore: true };
    world.session.chats.show(CHAT);
    await settled();
    return world;
  }
  const shown = (session: Awaited<ReturnType<typeof withNewest>>["session"]) =>
    session.state.rooms[CHAT]?.detached?.messages.map(({ seq }) => seq);

  test("A jump fetches the message with its neighbours, unless the message is loaded", async () => {
    const { session, server, asked } = await withNewest();
    expect(await session.history.loadAround(CHAT, 98)).toBe(true);
    server.page = { messages: page(49, 50, 51), users: [], hasMore: true };
    expect(await session.history.loadAround(CHAT, 50)).toBe(true);
    expect(asked.slice(2)).toEqual([`messages ${CHAT} around 50`]);
    expect(shown(session)).toEqual([49, 50, 51]);
    expect(session.state.rooms[CHAT]?.messages.map(({ seq }) => seq)).toEqual([98, 99]);
  });

  test("A jump fails if the fetched page does not include the message", async () => {
    const { session, server } = await withNewest();
    server.page = { messages: page(49, 51), users: [], hasMore: true };
    expect(await session.history.loadAround(CHAT, 50)).toBe(false);
  });

  test("A jump starts a detached window that joins the newest messages when it reaches them", async () => {
    const { session, server } = await withNewest();
    server.page = { messages: page(50, 51), users: [], hasMore: true };
    await session.history.loadAround(CHAT, 50);
    server.page = { messages: page(49), users: [], hasMore: false };
    await session.history.loadOlder(CHAT);
    server.page = { messages: page(97, 98, 99), users: [], hasMore: false };
    await session.history.loadNewer(CHAT);
    const room = session.state.rooms[CHAT];
    expect(room?.detached).toBeNull();
    expect(room?.messages.map(({ seq }) => seq)).toEqual([49, 50, 51, 97, 98, 99]);
    expect(room?.history).toBe("whole");
  });

  test("A page that was requested for an earlier detached window is not added to the next one", async () => {
    const { session, server } = await withNewest();
    server.page = { messages: page(97), users: [], hasMore: true };
    const older = session.history.loadOlder(CHAT);
    server.page = { messages: page(50), users: [], hasMore: true };
    await Promise.all([older, session.history.loadAround(CHAT, 50)]);
    expect(shown(session)).toEqual([50]);
  });

  test("Messages beyond a jump do not count as read, although they are on the screen", async () => {
    const unread = chat({ lastSeq: 99, readSeq: 10, unread: 80 });
    const { session, server } = await startSession({ chats: [unread] });
    server.page = { messages: page(98, 99), users: [], hasMore: true };
    session.chats.show(CHAT);
    await settled();
    server.page = { messages: page(49, 50, 51), users: [], hasMore: true };
    await session.history.loadAround(CHAT, 50);
    session.chats.markSeen(CHAT, 51);
    session.history.leaveDetached(CHAT);
    session.chats.markSeen(CHAT, 99);
    expect(session.state.rooms[CHAT]?.chat).toMatchObject({ readSeq: 10, unread: 80 });
    session.chats.markRead(CHAT);
    expect(session.state.rooms[CHAT]?.chat).toMatchObject({ readSeq: 99, unread: 0 });
  });

  test("A quoted message is fetched once, and its edits are applied", async () => {
    const { session, server, asked, tell } = await withNewest();
    server.page = { messages: page(7, 8), users: [], hasMore: true };
    session.history.ensureQuoted(CHAT, 7);
    session.history.ensureQuoted(CHAT, 8);
    session.history.ensureQuoted(CHAT, 7);
    await settled();
    expect(asked.slice(2)).toEqual([`messages ${CHAT} around 7`]);
    const edited = message(8, { body: "better" });
    const at = edited.createdAt;
    const edit = { seq: 100, at, by: TOMAS, kind: "edit", target: 8, message: edited } as const;
    tell({ type: "events", chat: CHAT, events: [edit] });
    expect(session.history.findQuoted(CHAT, 8)?.body).toBe("better");
  });
});

describe("a chat with more unread messages than a page", () => {
  const unread = () => ({ chats: [chat({ lastSeq: 90, readSeq: 10, unread: 80 })] });
  const around = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, n) => message(from + n));
  const page = (from: number, to: number) => ({
    messages: around(from, to),
    users: [],
    hasMore: from > 1,
  });

  const shownSeqs = (room: Room | undefined) => {
    const messages = room ? shownMessages(room) : [];
    return [messages[0]?.seq, messages.at(-1)?.seq];
  };

  test("A chat is opened at its first unread message, and its newest page is loaded as well", async () => {
    const { session, server, asked } = await startSession(unread());
    server.page = page(5, 40);
    session.chats.show(CHAT);
    expect(session.state.rooms[CHAT]?.detached?.messages).toEqual([]);
    await settled();
    expect(asked.slice(1)).toEqual([`messages ${CHAT} around 11`, `messages ${CHAT} newest`]);
    expect(session.state.rooms[CHAT]).toMatchObject({ dividerAfter: 10, chat: { unread: 80 } });
  });

  test("Reading through the first unread messages lowers the count exactly", async () => {
    const { session, server } = await startSession(unread());
    server.page = page(5, 40);
    session.chats.show(CHAT);
    await settled();
    session.chats.markSeen(CHAT, 25);
    expect(session.state.rooms[CHAT]).toMatchObject({
      chat: { readSeq: 25, unread: 65 },
      counts: { isExact: true },
    });
  });

  test("A chat that was left is opened again at the read mark, below which the divider stands", async () => {
    const { session, server } = await startSession(unread());
    server.page = page(5, 40);
    session.chats.show(CHAT);
    await settled();
    session.chats.markSeen(CHAT, 25);
    session.chats.show(null);
    server.page = page(1, 50);
    session.chats.show(CHAT);
    expect(session.state.rooms[CHAT]).toMatchObject({ dividerAfter: 25 });
  });

  test("A chat whose first unread message can't be loaded says so, and counts nothing as read", async () => {
    const { session, server, welcome } = await startSession(unread());
    server.isDown = true;
    session.chats.show(CHAT);
    await settled();
    expect(session.state.rooms[CHAT]).toMatchObject({ history: "failed", detached: null });
    session.chats.markSeen(CHAT, 90);
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(80);
    server.isDown = false;
    server.page = page(5, 40);
    welcome();
    await settled();
    expect(session.state.rooms[CHAT]?.history).toBe("partial");
  });

  test("A jump that begins while a chat is being opened is not replaced by the unread messages", async () => {
    const { session, server } = await startSession(unread());
    const late = Promise.withResolvers<void>();
    Object.assign(server, { page: page(5, 40), held: late.promise });
    session.chats.show(CHAT);
    Object.assign(server, { page: page(1, 3), held: Promise.resolve() });
    expect(await session.history.loadAround(CHAT, 2)).toBe(true);
    late.resolve();
    await settled();
    expect(shownSeqs(session.state.rooms[CHAT])).toEqual([1, 3]);
  });

  test("One’s own message keeps the divider above messages that are unread", async () => {
    const { session, server } = await startSession(unread());
    server.page = page(5, 40);
    session.chats.show(CHAT);
    await settled();
    session.messages.write({ chat: CHAT, body: "Here", replyTo: null });
    expect(session.state.rooms[CHAT]).toMatchObject({
      dividerAfter: 10,
      detached: null,
      chat: { unread: 80 },
    });
  });
});
