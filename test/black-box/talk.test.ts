import { afterAll, beforeAll, expect, test } from "bun:test";
import type { MessagePage } from "@parley/contracts/messages";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";

onEachStack("talk", (kind) => {
  let stack: Stack;
  let ann: Person;
  let bob: Person;
  let channel: string;

  beforeAll(async () => {
    stack = await startStack(kind);
    ann = await Person.register(stack.url, "ann");
    bob = await Person.register(stack.url, "bob");
    channel = (await ann.create({ kind: "channel", name: "boathouse", visibility: "public" })).id;
    await bob.json("POST", `/chats/${channel}/join`);
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  test("Both members receive every message, in one sequence without holes", async () => {
    using a = await ann.connect();
    using b = await bob.connect();
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? a : b).say(channel, `word ${n}`)),
    );
    const last = Math.max(...sent.map(({ seq }) => seq));
    for (const reader of [a, b]) {
      await reader.untilEvent(channel, ({ seq }) => seq === last);
      const seqs = reader.events(channel).map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: 20 }, (_, n) => last - 19 + n));
    }
    expect(a.events(channel)).toEqual(b.events(channel));
  });

  test("A message that is sent twice is stored once and acknowledged twice with the same seq", async () => {
    using a = await ann.connect();
    const clientId = crypto.randomUUID();
    const first = await a.say(channel, "once", clientId);
    a.frames.length = 0;
    const again = await a.say(channel, "once", clientId);
    expect(again).toEqual(first);
    const draft = { chat: channel, clientId, body: "once" };
    const overHttp = await ann.json<{ seq: number }>("POST", "/messages", draft, 200);
    expect(overHttp.seq).toBe(first.seq);
    const page = await ann.json<MessagePage>("GET", `/messages?chat=${channel}`);
    expect(page.messages.filter((message) => message.clientId === clientId)).toHaveLength(1);
  });

  test("A resume brings the missed events, and live events follow without a hole", async () => {
    using b = await bob.connect();
    const { seq: known } = await b.say(channel, "before");
    b.close();
    await b.closed;
    using a = await ann.connect();
    for (let n = 0; n < 5; n++) await a.say(channel, `missed ${n}`);
    using back = await bob.connect();
    back.send({ type: "resume", chats: { [channel]: known } });
    const { seq: live } = await a.say(channel, "live");
    await back.until("resumed");
    await back.untilEvent(channel, ({ seq }) => seq === live);
    const seqs = new Set(back.events(channel).map(({ seq }) => seq));
    for (let seq = known + 1; seq <= live; seq++) expect(seqs).toContain(seq);
  });

  test("A resume of more than a thousand events gets a reset frame", async () => {
    const busy = (await ann.create({ kind: "channel", name: "busy", visibility: "private" })).id;
    using a = await ann.connect();
    for (let n = 0; n < 1_001; n++)
      a.send({ type: "send", chat: busy, clientId: crypto.randomUUID(), body: `${n}` });
    await a.untilEvent(busy, ({ seq }) => seq === 1_002);
    a.frames.length = 0;
    a.send({ type: "resume", chats: { [busy]: 1 } });
    expect(await a.until("reset")).toEqual({ type: "reset", chat: busy });
    await a.until("resumed");
    a.send({ type: "resume", chats: { [busy]: 2 } });
    await a.untilEvent(busy, ({ seq }) => seq === 1_002);
  });

  test("History can be paged in both directions", async () => {
    const room = (await ann.create({ kind: "group", name: "pages" })).id;
    using a = await ann.connect();
    for (let n = 1; n <= 7; n++) await a.say(room, `line ${n}`);
    const page = (query: string) => ann.json<MessagePage>("GET", `/messages?chat=${room}&${query}`);
    const seqs = ({ messages }: MessagePage) => messages.map(({ seq }) => seq);
    const newest = await page("limit=3");
    expect([seqs(newest), newest.hasMore]).toEqual([[6, 7, 8], true]);
    expect(newest.users.map(({ id }) => id)).toEqual([ann.id]);
    const older = await page("limit=10&before=6");
    expect([seqs(older), older.hasMore]).toEqual([[2, 3, 4, 5], false]);
    const newer = await page("limit=2&after=3");
    expect([seqs(newer), newer.hasMore]).toEqual([[4, 5], true]);
    const around = await page("limit=4&around=5");
    expect(seqs(around)).toEqual([3, 4, 5, 6]);
  });

  test("The unread count covers other members' messages until they are read on any device", async () => {
    const room = (await ann.create({ kind: "group", name: "marks", members: [bob.id] })).id;
    using a = await ann.connect();
    using phone = await bob.connect();
    using desk = await bob.connect();
    await a.say(room, "one");
    const { seq } = await a.say(room, `two @${bob.user.username}`);
    const unread = async () => {
      const chat = (await bob.bootstrap()).chats.find(({ id }) => id === room);
      return [chat?.unread, chat?.mentions, chat?.readSeq === seq];
    };
    expect(await unread()).toEqual([2, 1, false]);
    desk.send({ type: "read", chat: room, seq });
    expect(await phone.until("read", (frame) => frame.chat === room)).toMatchObject({
      user: bob.id,
      seq,
    });
    expect(await unread()).toEqual([0, 0, true]);
  });

  test("Typing reaches the other members over both endpoints, and none of the writer's own sockets", async () => {
    for (const path of ["/ws", "/service/ws"]) {
      const url = path === "/ws" ? stack.url : stack.serverUrl;
      using a = await ann.connect(path, url);
      using phone = await ann.connect(path, url);
      using b = await bob.connect();
      using direct = await bob.connect("/service/ws", stack.serverUrl);
      a.send({ type: "typing", chat: channel });
      for (const socket of [b, direct])
        expect(await socket.until("typing")).toEqual({
          type: "typing",
          chat: channel,
          user: ann.id,
        });
      const { seq } = await b.say(channel, "I see you type");
      for (const own of [a, phone]) {
        await own.untilEvent(channel, (event) => event.seq === seq);
        expect(own.frames.filter(({ type }) => type === "typing")).toEqual([]);
      }
    }
  });

  test("A user who is not a member can neither send nor receive", async () => {
    const cyd = await Person.register(stack.url, "cyd");
    const secret = (await ann.create({ kind: "group", name: "secret" })).id;
    using c = await cyd.connect();
    const clientId = crypto.randomUUID();
    c.send({ type: "send", chat: secret, clientId, body: "let me in" });
    expect(await c.until("reject")).toMatchObject({ clientId, code: "forbidden" });
    c.send({ type: "resume", chats: { [secret]: 0 } });
    await c.until("resumed");
    expect(c.events(secret)).toEqual([]);
    expect((await cyd.request("GET", `/messages?chat=${secret}`)).status).toBe(404);
    expect((await cyd.request("GET", `/chats/${secret}`)).status).toBe(404);
  });

  test("A new member receives the chat at once, and a removed member receives nothing more", async () => {
    const room = (await ann.create({ kind: "group", name: "guests" })).id;
    using a = await ann.connect();
    using b = await bob.connect();
    await ann.json("PUT", `/chats/${room}/members/${bob.id}`, {});
    const { chat } = await b.until("chat", (frame) => frame.chat.id === room);
    expect(chat).toMatchObject({ role: "member", name: "guests" });
    const { seq } = await a.say(room, "welcome");
    await b.untilEvent(room, (event) => event.seq === seq);
    await ann.json("DELETE", `/chats/${room}/members/${bob.id}`, undefined, 204);
    await b.until("left", (frame) => frame.chat === room);
    await a.say(room, "gone");
    b.send({ type: "ping", id: "after" });
    await b.until("pong");
    expect(b.events(room).some(({ seq: received }) => received > seq + 1)).toBe(false);
  });
});
