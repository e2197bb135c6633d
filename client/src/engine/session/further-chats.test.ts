import { describe, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { chat, chatEvent, user } from "../../testing/fixtures.ts";
import { startSession } from "../../testing/session-harness.ts";

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) =>
    chat({ id: `0190a000-0000-7000-8000-${String(from + index).padStart(12, "0")}`, lastSeq: 1 }),
  );

const NEWEST = numbered(LIMITS.chats.inBootstrap);
const FURTHER = numbered(3, 500);
const [FIRST, SECOND, THIRD] = FURTHER.map(({ id }) => id) as [string, string, string];
const LAST_OF_NEWEST = NEWEST.at(-1)?.id;

/** A session of a user with three chats more than the bootstrap brings. */
async function startWithFurther() {
  const world = await startSession({ chats: NEWEST, moreChats: true });
  world.server.further = FURTHER;
  const known = () => FURTHER.filter(({ id }) => world.session.state.rooms[id]).map(({ id }) => id);
  return { ...world, known };
}

describe("further chats", () => {
  test("Further chats are loaded page by page behind the newest ones, which come first in the bootstrap", async () => {
    const mentioned = numbered(1, 900);
    const { session, server, asked } = await startSession({
      chats: [...NEWEST, ...mentioned],
      moreChats: true,
    });
    server.further = FURTHER;
    expect(session.state.moreChats).toBe(true);
    await session.chats.loadMore();
    expect(asked.at(-1)).toBe(`chats after ${LAST_OF_NEWEST}`);
    expect(session.state.moreChats).toBe(true);
    await session.chats.loadMore();
    expect(asked.at(-1)).toBe(`chats after ${SECOND}`);
    expect(session.state.moreChats).toBe(false);
    const requests = asked.length;
    await session.chats.loadMore();
    expect(asked).toHaveLength(requests);
    expect(Object.keys(session.state.rooms)).toHaveLength(NEWEST.length + 1 + FURTHER.length);
  });

  test("The missed events of a page of chats are requested with one frame", async () => {
    const { session, sent } = await startWithFurther();
    const before = sent.length;
    await session.chats.loadMore();
    expect(sent.slice(before)).toEqual([{ type: "resume", chats: { [FIRST]: 1, [SECOND]: 1 } }]);
  });

  test("The peers and the senders of a page of chats become known", async () => {
    const { session, server, asked } = await startWithFurther();
    const peer = user("0190a000-0000-7000-8000-00000000a009", "petra");
    server.further = [{ ...(FURTHER[0] as (typeof FURTHER)[0]), peer }];
    await session.chats.loadMore();
    expect(session.state.users[peer.id]?.username).toBe("petra");
    expect(asked.at(-1)).toStartWith("chats after");
  });

  test("A chat that the page does not have appears when an event arrives", async () => {
    const { asked, tell, known } = await startWithFurther();
    tell({ type: "events", chat: SECOND, events: [chatEvent(1)] });
    tell({ type: "events", chat: SECOND, events: [chatEvent(2)] });
    await settled();
    expect(asked.slice(1)).toEqual([`chat ${SECOND}`]);
    expect(known()).toEqual([SECOND]);
  });

  test("Heads of many unknown chats are answered with one bootstrap, and with no further page if none was loaded", async () => {
    const { asked, tell } = await startWithFurther();
    const heads = numbered(50, 600).map(({ id }) => [id, 3]);
    tell({ type: "heads", chats: Object.fromEntries(heads) });
    await settled();
    expect(asked).toEqual(["bootstrap", "bootstrap"]);
  });

  test("An event of a chat that the user has left, or of a channel of others, adds no room", async () => {
    const { session, server, tell } = await startWithFurther();
    server.further = [chat({ id: FIRST, role: null })];
    for (const id of [FIRST, THIRD]) tell({ type: "events", chat: id, events: [chatEvent(1)] });
    await settled();
    expect(Object.keys(session.state.rooms)).toHaveLength(NEWEST.length);
  });

  test("Without further chats an event of an unknown chat fetches nothing, because a frame brings the chat", async () => {
    const { asked, tell } = await startSession();
    tell({ type: "events", chat: FIRST, events: [chatEvent(1)] });
    await settled();
    expect(asked).toEqual(["bootstrap"]);
  });

  test("A refresh keeps the further chats that were loaded, and drops those that the user has left", async () => {
    const { session, server, asked, tell, known } = await startWithFurther();
    await session.chats.loadMore();
    await session.chats.loadMore();
    expect(known()).toEqual([FIRST, SECOND, THIRD]);
    server.further = FURTHER.filter(({ id }) => id !== SECOND);
    const before = asked.length;
    tell({ type: "heads", chats: { [numbered(1, 700)[0]?.id ?? ""]: 1 } });
    await settled();
    expect(asked.slice(before)).toEqual(["bootstrap", `chats after ${LAST_OF_NEWEST}`]);
    expect(known()).toEqual([FIRST, THIRD]);
    expect(session.state.moreChats).toBe(false);
  });

  test("A further chat that is opened by its address is taken over, and no preview is shown", async () => {
    const { session, known } = await startWithFurther();
    expect(await session.chats.preview(THIRD)).toBeNull();
    expect(known()).toEqual([THIRD]);
  });
});

describe("a request", () => {
  const request = chat({ request: true, unread: 2, lastSeq: 4 });

  test("A request that is accepted becomes a chat like the others, also when events came meanwhile", async () => {
    const { session, asked, tell } = await startSession({ chats: [request] });
    tell({ type: "events", chat: request.id, events: [chatEvent(5)] });
    await session.chats.accept(request.id);
    expect(asked.at(-1)).toBe(`accept ${request.id}`);
    expect(session.state.rooms[request.id]?.chat).toMatchObject({ request: false, lastSeq: 5 });
  });

  test("A request that another device accepted is accepted here", async () => {
    const { session, tell } = await startSession({ chats: [request] });
    tell({ type: "chat", chat: { ...request, request: false } });
    expect(session.state.rooms[request.id]?.chat.request).toBe(false);
  });

  test("A request that is declined disappears", async () => {
    const { session, asked } = await startSession({ chats: [request] });
    await session.chats.leave(request.id);
    expect(asked.at(-1)).toBe(`leave ${request.id}`);
    expect(session.state.rooms[request.id]).toBeUndefined();
  });
});
