import { describe, expect, jest, test } from "bun:test";
import type { ClientFrame } from "@parley/contracts/frames";
import { startSession } from "../testing/session-world.ts";
import { CHAT, chat, chatEvent, ME, message, TOMAS, user } from "../testing/small-world.ts";

const OTHER = "0190a000-0000-7000-8000-00000000c002";
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const resumes = (sent: readonly ClientFrame[]) => sent.filter(({ type }) => type === "resume");

describe("events", () => {
  test("start with one request, and the welcome is answered with all that is known", async () => {
    const { asked, sent } = await startSession({ chats: [chat({ lastSeq: 4 })] });
    expect(asked).toEqual(["bootstrap"]);
    expect(sent).toEqual([{ type: "resume", chats: { [CHAT]: 4 } }]);
  });

  test("that were missed are asked for once, and what came meanwhile is not lost", async () => {
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

  test("that the server had no time for are asked for again after a pause", async () => {
    const { sent, tell } = await startSession({ chats: [chat({ lastSeq: 4 })] });
    jest.useFakeTimers();
    try {
      tell({ type: "error", code: "rate_limited", detail: "too fast", retryAfter: 2 });
      jest.advanceTimersByTime(1_999);
      expect(resumes(sent)).toHaveLength(1);
      jest.advanceTimersByTime(2_001);
      expect(resumes(sent)).toEqual(Array(2).fill({ type: "resume", chats: { [CHAT]: 4 } }));
      tell({ type: "resumed" });
      tell({ type: "error", code: "rate_limited", detail: "something else", retryAfter: 2 });
      jest.advanceTimersByTime(10_000);
      expect(resumes(sent)).toHaveLength(2);
    } finally {
      jest.useRealTimers();
    }
  });

  test("that come twice count once", async () => {
    const { session, tell } = await startSession();
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(1);
  });

  test("that the heads name are resumed, and a chat that nobody told of is fetched", async () => {
    const { server, session, sent, asked, tell } = await startSession();
    tell({ type: "heads", chats: { [CHAT]: 2 } });
    expect(resumes(sent)).toHaveLength(2);
    server.bootstrap = { ...server.bootstrap, chats: [chat(), chat({ id: OTHER })] };
    tell({ type: "heads", chats: { [OTHER]: 1 } });
    await settled();
    expect(asked).toEqual(["bootstrap", "bootstrap"]);
    expect(Object.keys(session.state.rooms)).toEqual([CHAT, OTHER]);
  });

  test("of which too many were missed begin the chat anew, at its newest page", async () => {
    const { session, server, asked, tell } = await startSession();
    session.show(CHAT);
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
    expect(asked.slice(2)).toEqual(["bootstrap", `messages ${CHAT} newest`]);
    expect(room?.seq).toBe(2_000);
    expect(room?.messages.map(({ seq }) => seq)).toEqual([1_999, 2_000]);
    expect(room?.chat.unread).toBe(1_000);
  });

  test("with a hole that no replay fills begin the chat anew as well", async () => {
    const { session, server, tell } = await startSession();
    tell({ type: "resumed" });
    tell({ type: "events", chat: CHAT, events: [chatEvent(5)] });
    server.bootstrap = { ...server.bootstrap, chats: [chat({ lastSeq: 5 })] };
    tell({ type: "resumed" });
    await settled();
    expect(session.state.rooms[CHAT]?.seq).toBe(5);
  });
});

describe("history", () => {
  test("is fetched once, and events that came with it stand once", async () => {
    const { session, server, asked, tell } = await startSession();
    server.page = { messages: [message(1), message(2)], users: [], hasMore: true };
    session.show(CHAT);
    session.show(CHAT);
    tell({ type: "events", chat: CHAT, events: [chatEvent(1), chatEvent(2), chatEvent(3)] });
    await settled();
    expect(asked.slice(1)).toEqual([`messages ${CHAT} newest`]);
    expect(session.state.rooms[CHAT]?.messages.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("knows of an edit that came while it was on its way", async () => {
    const { session, server, tell } = await startSession({ chats: [chat({ lastSeq: 1 })] });
    server.page = { messages: [message(1)], users: [], hasMore: false };
    session.show(CHAT);
    const edited = message(1, { body: "better" });
    const at = edited.createdAt;
    const edit = { seq: 2, at, by: TOMAS, kind: "edit", target: 1, message: edited } as const;
    tell({ type: "events", chat: CHAT, events: [edit] });
    await settled();
    expect(session.state.rooms[CHAT]?.messages[0]?.body).toBe("better");
  });

  test("that failed is fetched again once the connection is back", async () => {
    const { session, server, welcome } = await startSession();
    server.isDown = true;
    session.show(CHAT);
    await settled();
    expect(session.state.rooms[CHAT]?.history).toBe("failed");
    server.isDown = false;
    welcome();
    await settled();
    expect(session.state.rooms[CHAT]?.history).toBe("whole");
  });

  test("goes on before the oldest message that is here", async () => {
    const { session, server, asked } = await startSession({ chats: [chat({ lastSeq: 9 })] });
    server.page = { messages: [message(8), message(9)], users: [], hasMore: true };
    session.show(CHAT);
    await settled();
    server.page = { messages: [message(7)], users: [], hasMore: false };
    await session.loadOlder(CHAT);
    expect(asked.at(-1)).toBe(`messages ${CHAT} before 8`);
    expect(session.state.rooms[CHAT]).toMatchObject({ history: "whole" });
    await session.loadOlder(CHAT);
    expect(asked).toHaveLength(3);
  });
});

describe("a message that is jumped to", () => {
  const page = (...seqs: number[]) => seqs.map((seq) => message(seq));
  async function withNewest() {
    const world = await startSession({ chats: [chat({ lastSeq: 99 })] });
    world.server.page = { messages: page(98, 99), users: [], hasMore: true };
    world.session.show(CHAT);
    await settled();
    return world;
  }
  const shown = (session: Awaited<ReturnType<typeof withNewest>>["session"]) =>
    session.state.rooms[CHAT]?.past?.messages.map(({ seq }) => seq);

  test("is here already, or comes with its neighbours", async () => {
    const { session, server, asked } = await withNewest();
    expect(await session.reach(CHAT, 98)).toBe(true);
    server.page = { messages: page(49, 50, 51), users: [], hasMore: true };
    expect(await session.reach(CHAT, 50)).toBe(true);
    expect(asked.slice(2)).toEqual([`messages ${CHAT} around 50`]);
    expect(shown(session)).toEqual([49, 50, 51]);
    expect(session.state.rooms[CHAT]?.messages.map(({ seq }) => seq)).toEqual([98, 99]);
  });

  test("is nowhere when the page does not bring it", async () => {
    const { session, server } = await withNewest();
    server.page = { messages: page(49, 51), users: [], hasMore: true };
    expect(await session.reach(CHAT, 50)).toBe(false);
  });

  test("leads on until the past has come to the newest", async () => {
    const { session, server } = await withNewest();
    server.page = { messages: page(50, 51), users: [], hasMore: true };
    await session.reach(CHAT, 50);
    server.page = { messages: page(49), users: [], hasMore: false };
    await session.loadOlder(CHAT);
    server.page = { messages: page(97, 98, 99), users: [], hasMore: false };
    await session.loadNewer(CHAT);
    const room = session.state.rooms[CHAT];
    expect(room?.past).toBeNull();
    expect(room?.messages.map(({ seq }) => seq)).toEqual([49, 50, 51, 97, 98, 99]);
    expect(room?.history).toBe("whole");
  });

  test("takes no page that was asked for where one was before", async () => {
    const { session, server } = await withNewest();
    server.page = { messages: page(97), users: [], hasMore: true };
    const older = session.loadOlder(CHAT);
    server.page = { messages: page(50), users: [], hasMore: true };
    await Promise.all([older, session.reach(CHAT, 50)]);
    expect(shown(session)).toEqual([50]);
  });

  test("is no reason to think that the newest were read", async () => {
    const { session, server, tell } = await withNewest();
    server.page = { messages: page(50), users: [], hasMore: true };
    await session.reach(CHAT, 50);
    tell({ type: "events", chat: CHAT, events: [chatEvent(100)] });
    session.read(CHAT);
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(1);
    session.leavePast(CHAT);
    session.read(CHAT);
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(0);
  });

  test("that is only quoted is fetched once, and hears of its edits", async () => {
    const { session, server, asked, tell } = await withNewest();
    server.page = { messages: page(7, 8), users: [], hasMore: true };
    session.wantQuoted(CHAT, 7);
    session.wantQuoted(CHAT, 8);
    session.wantQuoted(CHAT, 7);
    await settled();
    expect(asked.slice(2)).toEqual([`messages ${CHAT} around 7`]);
    const edited = message(8, { body: "better" });
    const at = edited.createdAt;
    const edit = { seq: 100, at, by: TOMAS, kind: "edit", target: 8, message: edited } as const;
    tell({ type: "events", chat: CHAT, events: [edit] });
    expect(session.findQuoted(CHAT, 8)?.body).toBe("better");
  });
});

describe("people", () => {
  test("keep their picture and presence through events that carry neither", async () => {
    const { session, tell } = await startSession();
    const event = {
      seq: 1,
      at: message(1).createdAt,
      by: TOMAS,
      kind: "member",
      user: user(TOMAS, "tomas", { displayName: "Tomas Král" }),
      action: "role",
      role: "admin",
      mutedUntil: null,
    } as const;
    tell({ type: "events", chat: CHAT, events: [event] });
    const known = session.state.users[TOMAS];
    expect(known).toMatchObject({ displayName: "Tomas Král", online: true });
    expect(known?.avatar).not.toBeNull();
  });

  test("who are not named by the first presence of a session are offline", async () => {
    const { session, tell } = await startSession();
    tell({ type: "presence", users: [{ id: ME, online: true, lastSeenAt: null }] });
    expect(session.state.users[TOMAS]?.online).toBe(false);
    tell({ type: "presence", users: [{ id: TOMAS, online: true, lastSeenAt: null }] });
    expect(session.state.users[ME]?.online).toBe(true);
    expect(session.state.users[TOMAS]?.online).toBe(true);
  });

  test("stay as a frame told them, whatever an answer says that was read before", async () => {
    const { session, server, tell } = await startSession();
    tell({ type: "presence", users: [{ id: TOMAS, online: true, lastSeenAt: null }] });
    server.people = [user(TOMAS, "tomas", { online: true, bio: "rows" })];
    session.look(TOMAS);
    const lastSeenAt = message(1).createdAt;
    tell({ type: "presence", users: [{ id: TOMAS, online: false, lastSeenAt }] });
    await settled();
    expect(session.state.users[TOMAS]).toMatchObject({ bio: "rows", online: false, lastSeenAt });
  });

  test("are known as frames told them even if they were unknown then", async () => {
    const { session, server, tell } = await startSession({ users: [] });
    tell({ type: "presence", users: [{ id: TOMAS, online: true, lastSeenAt: null }] });
    server.people = [user(TOMAS, "tomas")];
    session.want(TOMAS);
    await settled();
    expect(session.state.users[TOMAS]?.online).toBe(true);
  });

  test("who are unknown are asked for together, and once", async () => {
    const { session, asked } = await startSession();
    for (const id of ["a", "b", "a"]) session.want(id);
    await settled();
    session.want("b");
    await settled();
    expect(asked.slice(1)).toEqual(["users a,b"]);
  });

  test("whose block ended are fetched again, for their picture was kept back", async () => {
    const block = { user: user(TOMAS, "tomas"), createdAt: message(1).createdAt, expiresAt: null };
    const { session, server, asked, tell } = await startSession({ users: [], blocks: [block] });
    server.people = [user(TOMAS, "tomas", { avatar: "data:image/webp;base64,AA==" })];
    expect(session.state.blocks[TOMAS]).toBeDefined();
    tell({ type: "unblock", user: TOMAS });
    await settled();
    expect(session.state.blocks[TOMAS]).toBeUndefined();
    expect(asked.at(-1)).toBe(`users ${TOMAS}`);
    expect(session.state.users[TOMAS]?.avatar).not.toBeNull();
  });
});

describe("after another person signed in in this browser", () => {
  const say = (body: string) => ({ chat: CHAT, body, replyTo: null });
  const sends = (sent: readonly ClientFrame[]) => sent.filter(({ type }) => type === "send");

  test("what was written here does not go out on their connection", async () => {
    const { session, server, sent, signedOut, open, welcome } = await startSession();
    server.isOpen = false;
    session.write(say("mine"));
    open();
    session.write(say("before the welcome"));
    welcome(TOMAS);
    session.write(say("after it"));
    expect(signedOut).toEqual(["ended"]);
    expect(sends(sent)).toEqual([]);
  });

  test("nothing of them is taken in here", async () => {
    const { session, server, signedOut, tell } = await startSession();
    const chats = [chat({ id: OTHER })];
    server.bootstrap = { ...server.bootstrap, me: user(TOMAS, "tomas"), chats };
    tell({ type: "heads", chats: { [OTHER]: 1 } });
    await settled();
    expect(signedOut).toEqual(["ended"]);
    expect(session.me()?.id).toBe(ME);
    expect(Object.keys(session.state.rooms)).toEqual([CHAT]);
    session.stop();
  });
});

describe("chats", () => {
  test("come and go with their frames", async () => {
    const { session, tell } = await startSession();
    tell({ type: "chat", chat: chat({ id: OTHER, unread: 2, lastSeq: 3, readSeq: 1 }) });
    expect(session.state.rooms[OTHER]).toMatchObject({ seq: 3, newAfter: 1 });
    tell({ type: "left", chat: OTHER });
    expect(session.state.rooms[OTHER]).toBeUndefined();
  });

  test("show as new what comes while one reads further up", async () => {
    const { session, tell } = await startSession();
    session.show(CHAT);
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    expect(session.state.rooms[CHAT]?.newAfter).toBeNull();
    session.read(CHAT);
    session.follow(false);
    tell({ type: "events", chat: CHAT, events: [chatEvent(2)] });
    expect(session.state.rooms[CHAT]).toMatchObject({ newAfter: 1, chat: { unread: 1 } });
  });

  test("that another device has read are read here", async () => {
    const { session, tell } = await startSession();
    tell({ type: "events", chat: CHAT, events: [chatEvent(1)] });
    tell({ type: "read", chat: CHAT, user: TOMAS, seq: 1 });
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(1);
    tell({ type: "read", chat: CHAT, user: ME, seq: 1 });
    expect(session.state.rooms[CHAT]?.chat.unread).toBe(0);
  });
});

describe("a bootstrap", () => {
  test("that was read before the latest change does not undo it", async () => {
    const { session, server, asked, tell } = await startSession();
    const before = server.bootstrap;
    tell({ type: "heads", chats: { [OTHER]: 1 } });
    tell({ type: "chat", chat: chat({ id: OTHER }) });
    server.bootstrap = { ...before, chats: [chat(), chat({ id: OTHER })] };
    await settled();
    expect(asked).toEqual(["bootstrap", "bootstrap", "bootstrap"]);
    expect(Object.keys(session.state.rooms)).toEqual([CHAT, OTHER]);
  });

  test("takes away chats and blocks that are no more", async () => {
    const block = { user: user(TOMAS, "tomas"), createdAt: message(1).createdAt, expiresAt: null };
    const { session, server, tell } = await startSession({ blocks: [block] });
    server.bootstrap = { ...server.bootstrap, chats: [chat({ id: OTHER })], blocks: [] };
    tell({ type: "heads", chats: { [OTHER]: 1 } });
    await settled();
    expect(Object.keys(session.state.rooms)).toEqual([OTHER]);
    expect(session.state.blocks[TOMAS]).toBeUndefined();
  });
});
