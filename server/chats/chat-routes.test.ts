import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Chat } from "@parley/contracts/chats";
import { eventually } from "@parley/platform/testing/eventually";
import * as v from "valibot";
import { onTestDatabase } from "../testing/database.ts";
import {
  framesOf,
  type Json,
  openTestServer,
  type Person,
  type TestServer,
} from "../testing/test-server.ts";

onTestDatabase((db) => {
  let server: TestServer;
  let [ann, bob, cyd]: Person[] = [];
  beforeAll(async () => {
    server = openTestServer(db());
  });
  beforeAll(async () => {
    [ann, bob, cyd] = await Promise.all(["ann", "bob", "cyd"].map(server.person));
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const people = () => ({ ann: ann as Person, bob: bob as Person, cyd: cyd as Person });

  async function channel(by: Person, wish: object = {}) {
    const { status, body } = await by.post("/chats", { kind: "channel", name: "general", ...wish });
    expect(status).toBe(201);
    return v.parse(Chat, body);
  }

  let sent = 0;
  async function say(by: Person, chat: string, body = `message ${++sent}`) {
    const answer = await by.post("/messages", { chat, clientId: crypto.randomUUID(), body });
    expect(answer.status).toBe(201);
    return answer.body;
  }

  describe("creating a chat", () => {
    test("The creator of a channel becomes its owner by the first event", async () => {
      const { ann } = people();
      expect(await channel(ann, { topic: "All of us" })).toMatchObject({
        kind: "channel",
        visibility: "public",
        name: "general",
        topic: "All of us",
        members: 1,
        role: "owner",
        lastSeq: 1,
        unread: 0,
        mentions: 0,
        lastMessage: null,
      });
    });

    test("A new group is sent to all its members with one event for each member", async () => {
      const { ann, bob, cyd } = people();
      const sockets = await Promise.all([ann, bob, cyd].map(server.connect));
      const { status, body } = await ann.post("/chats", {
        kind: "group",
        members: [bob.id, cyd.id],
      });
      expect(status).toBe(201);
      expect(body).toMatchObject({ visibility: "private", members: 3, lastSeq: 3 });
      expect(body.name).toContain(bob.username);
      for (const [index, socket] of sockets.entries()) {
        const shown = () => framesOf(socket, "chat").filter(({ chat }) => chat.id === body.id);
        await eventually(() => shown().length > 0);
        const [frame, ...more] = shown();
        expect(more).toEqual([]);
        expect(frame?.chat).toMatchObject({
          id: body.id,
          role: index === 0 ? "owner" : "member",
          unread: 0,
        });
        expect(socket.seqs(body.id)).toEqual([1, 2, 3]);
      }
      const [first] = framesOf(sockets[1] as never, "events");
      expect(first?.events[0]).toMatchObject({
        kind: "member",
        action: "joined",
        role: "owner",
        by: ann.id,
        user: { id: ann.id, avatar: null, online: false },
      });
    });

    test("Two users have one direct chat, whoever creates it and however many requests arrive at once", async () => {
      const [eve, fay] = [await server.person("eve"), await server.person("fay")];
      const answers = await Promise.all([
        eve.post("/chats", { kind: "direct", members: [fay.id] }),
        fay.post("/chats", { kind: "direct", members: [eve.id] }),
        eve.post("/chats", { kind: "direct", members: [fay.id] }),
      ]);
      expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
      expect(answers[0]?.body).toMatchObject({ members: 2, peer: { id: fay.id } });
      expect(answers[1]?.body).toMatchObject({ peer: { id: eve.id } });
    });

    test("A chat without members, with oneself, with an unknown user or without a name is rejected", async () => {
      const { ann } = people();
      for (const wish of [
        { kind: "direct", members: [] },
        { kind: "direct", members: [ann.id] },
        { kind: "direct", members: [crypto.randomUUID()] },
        { kind: "group", members: [crypto.randomUUID()] },
        { kind: "channel" },
        { kind: "channel", name: "  " },
        { kind: "club", name: "x" },
      ]) {
        const { status, body } = await ann.post("/chats", wish);
        expect({ wish, status, code: body.code }).toEqual({ wish, status: 422, code: "invalid" });
      }
    });

    test("A chat with a user with an active block is rejected, whoever made the block", async () => {
      const [eve, fay] = [await server.person("eve"), await server.person("fay")];
      await eve.post("/block", { userId: fay.id });
      for (const [one, other] of [
        [eve, fay],
        [fay, eve],
      ] as const)
        for (const kind of ["direct", "group"]) {
          const { status, body } = await one.post("/chats", { kind, members: [other.id] });
          expect({ status, code: body.code }).toEqual({ status: 403, code: "blocked" });
        }
      await eve.delete(`/block/${fay.id}`);
      expect((await fay.post("/chats", { kind: "direct", members: [eve.id] })).status).toBe(201);
    });
  });

  describe("reading chats", () => {
    test("A private chat is reported as not found to users who are not members", async () => {
      const { ann, bob } = people();
      const { id } = await channel(ann, { visibility: "private" });
      for (const answer of [
        await bob.get(`/chats/${id}`),
        await bob.get(`/chats/${id}/members`),
        await bob.patch(`/chats/${id}`, { name: "mine" }),
        await bob.delete(`/chats/${id}`),
        await bob.post(`/chats/${id}/join`),
        await bob.post(`/chats/${id}/leave`),
        await bob.post(`/chats/${id}/read`, { seq: 1 }),
        await bob.put(`/chats/${id}/members/${bob.id}`),
        await bob.get("/chats/not-an-id"),
        await bob.get(`/chats/${crypto.randomUUID()}`),
      ])
        expect(answer.status).toBe(404);
    });

    test("A public channel is visible to everyone, and a user who is not a member has no role", async () => {
      const { ann, bob } = people();
      const { id } = await channel(ann);
      expect((await bob.get(`/chats/${id}`)).body).toMatchObject({ role: null, unread: 0 });
    });

    test("Public channels are found by a part of their name until the user joins", async () => {
      const { ann, bob } = people();
      const { id } = await channel(ann, { name: "Книги 100%_\\" });
      const hidden = await channel(ann, { name: "Книги secret", visibility: "private" });
      const found = async (query: string) => {
        const { body } = await bob.get(`/chats?public=1&query=${encodeURIComponent(query)}`);
        return body.chats.map((chat: Json) => chat.id);
      };
      expect(await found("книги")).toEqual([id]);
      expect(await found("0%_\\")).toEqual([id]);
      expect(await found("г%и")).toEqual([]);
      expect(await found("")).not.toContain(hidden.id);
      await bob.post(`/chats/${id}/join`);
      expect(await found("книги")).toEqual([]);
    });

    test("The user’s chats are listed with the newest message first and with unread counts", async () => {
      const { ann, bob } = people();
      const [old, young] = [await channel(ann), await channel(ann)];
      await bob.post(`/chats/${old.id}/join`);
      await bob.post(`/chats/${young.id}/join`);
      await say(ann, old.id, `hello @${bob.username}`);
      await say(bob, old.id, "my own is not unread to me");
      const last = await say(ann, old.id, "news");
      const { chats } = (await bob.get("/chats")).body;
      expect(chats[0]).toMatchObject({
        id: old.id,
        lastSeq: 5,
        readSeq: 1,
        unread: 2,
        mentions: 1,
        lastMessage: { seq: last.seq, body: "news" },
      });
      expect(chats.find(({ id }: Json) => id === young.id)).toMatchObject({ unread: 0 });
    });

    test("Messages from before a user joined are not unread", async () => {
      const { ann, cyd } = people();
      const { id } = await channel(ann);
      await say(ann, id);
      expect((await cyd.post(`/chats/${id}/join`)).body).toMatchObject({ unread: 0, lastSeq: 3 });
    });

    test("A mention by a blocked user is not counted", async () => {
      const [eve, fay] = [await server.person("eve"), await server.person("fay")];
      const { id } = await channel(eve);
      await fay.post(`/chats/${id}/join`);
      await say(eve, id, `@${fay.username}`);
      const mentions = async () => (await fay.get(`/chats/${id}`)).body.mentions;
      expect(await mentions()).toBe(1);
      await fay.post("/block", { userId: eve.id });
      expect(await mentions()).toBe(0);
    });
  });

  describe("the read mark of a chat", () => {
    test("The read mark moves only forward, never past the end, and is sent to the chat", async () => {
      const { ann, bob } = people();
      const { id } = await channel(ann);
      await bob.post(`/chats/${id}/join`);
      const { seq } = await say(ann, id);
      const socket = await server.connect(ann);
      const readTo = async (to: number) => {
        expect((await bob.post(`/chats/${id}/read`, { seq: to })).status).toBe(204);
        return (await bob.get(`/chats/${id}`)).body.readSeq;
      };
      expect(await readTo(seq)).toBe(seq);
      expect(await readTo(seq - 1)).toBe(seq);
      expect(await readTo(9_000_000_000_000_000)).toBe(seq);
      expect(framesOf(socket, "read")).toEqual([{ type: "read", chat: id, user: bob.id, seq }]);
      expect((await bob.post(`/chats/${id}/read`, { seq: -1 })).status).toBe(422);
    });

    test("The read mark is sent only to the reader’s sessions in a blocked direct chat", async () => {
      const [eve, fay] = [await server.person("eve"), await server.person("fay")];
      const { id } = (await eve.post("/chats", { kind: "direct", members: [fay.id] })).body;
      await fay.post(`/chats/${id}/accept`);
      const { seq } = await say(eve, id);
      await eve.post("/block", { userId: fay.id });
      const [blocker, reader] = [await server.connect(eve), await server.connect(fay)];
      expect((await fay.post(`/chats/${id}/read`, { seq })).status).toBe(204);
      expect(framesOf(reader, "read")).toEqual([{ type: "read", chat: id, user: fay.id, seq }]);
      await eve.delete(`/block/${fay.id}`);
      const next = await say(eve, id);
      await fay.post(`/chats/${id}/read`, { seq: next.seq });
      expect(framesOf(blocker, "read").map((frame) => frame.seq)).toEqual([next.seq]);
    });
  });

  describe("editing a chat", () => {
    test("An edit is sent to all members as an event, and an edit without a change appends none", async () => {
      const { ann, bob } = people();
      const { id } = await channel(ann);
      await bob.post(`/chats/${id}/join`);
      const socket = await server.connect(bob);
      const change = { name: "renamed", topic: "new" };
      expect((await ann.patch(`/chats/${id}`, change)).body).toMatchObject({
        ...change,
        lastSeq: 3,
      });
      expect((await ann.patch(`/chats/${id}`, change)).body.lastSeq).toBe(3);
      expect(framesOf(socket, "events")).toMatchObject([
        { events: [{ seq: 3, kind: "chat", by: ann.id, visibility: "public", ...change }] },
      ]);
      expect((await bob.patch(`/chats/${id}`, { name: "mine" })).status).toBe(403);
    });

    test("An edited chat is sent to each member as they may see it", async () => {
      const [ann, bob, cyd] = [
        await server.person("ann"),
        await server.person("bob"),
        await server.person("cyd"),
      ];
      const { id } = await channel(ann);
      await bob.post(`/chats/${id}/join`);
      await say(ann, id);
      const sockets = await Promise.all([ann, bob, cyd].map(server.connect));
      await ann.patch(`/chats/${id}`, { name: "renamed" });
      const views = () =>
        sockets.map((socket) =>
          framesOf(socket, "chat").flatMap(({ chat }) => (chat.id === id ? chat : [])),
        );
      await eventually(() => views().flat().length === 2);
      expect(views()).toMatchObject([
        [{ id, name: "renamed", role: "owner", unread: 0 }],
        [{ id, name: "renamed", role: "member", unread: 1 }],
        [],
      ]);
    });
  });

  describe("removing a chat", () => {
    test("A removed chat disappears for all its members", async () => {
      const { ann, bob } = people();
      const { id } = await channel(ann);
      await bob.post(`/chats/${id}/join`);
      await say(bob, id);
      const socket = await server.connect(bob);
      expect((await bob.delete(`/chats/${id}`)).status).toBe(403);
      expect((await ann.delete(`/chats/${id}`)).status).toBe(204);
      expect(framesOf(socket, "left")).toEqual([{ type: "left", chat: id }]);
      expect(socket.topics).not.toContain(`chat:${id}`);
      expect((await bob.get(`/chats/${id}`)).status).toBe(404);
    });
  });
});
