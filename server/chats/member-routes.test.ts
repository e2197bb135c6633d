import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
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
  let owner: Person;
  let admin: Person;
  let member: Person;
  let stranger: Person;
  let chat: string;
  beforeAll(async () => {
    server = openTestServer(db());
    owner = await server.person("owner");
    admin = await server.person("admin");
    member = await server.person("member");
    stranger = await server.person("stranger");
    const { body } = await owner.post("/chats", {
      kind: "channel",
      name: "team",
      members: [admin.id, member.id],
    });
    chat = body.id;
    await owner.put(`/chats/${chat}/members/${admin.id}`, { role: "admin" });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const put = (by: Person, user: Person, change: object) =>
    by.put(`/chats/${chat}/members/${user.id}`, change);
  const roles = async () =>
    Object.fromEntries(
      (await owner.get(`/chats/${chat}/members`)).body.members.map(({ user, role }: Json) => [
        user.id,
        role,
      ]),
    );

  test("The pages of a member list contain each member once", async () => {
    const seen: string[] = [];
    for (let after = ""; ; ) {
      const { body } = await owner.get(`/chats/${chat}/members?limit=2${after}`);
      seen.push(...body.members.map(({ user }: Json) => user.id));
      if (body.next === null) break;
      after = `&after=${body.next}`;
    }
    expect(seen.sort()).toEqual([owner.id, admin.id, member.id].sort());
  });

  describe("joining a channel", () => {
    test("The joining user is sent the chat and the members an event, and joining again changes nothing", async () => {
      const joiner = await server.person("joiner");
      const [inside, outside] = [await server.connect(owner), await server.connect(joiner)];
      const { body } = await joiner.post(`/chats/${chat}/join`);
      expect(body).toMatchObject({ id: chat, role: "member" });
      await eventually(() => framesOf(outside, "chat").length > 0);
      expect(framesOf(outside, "chat")).toMatchObject([{ chat: { id: chat, role: "member" } }]);
      expect(outside.seqs(chat)).toEqual([body.lastSeq]);
      expect(inside.seqs(chat)).toEqual([body.lastSeq]);
      expect((await joiner.post(`/chats/${chat}/join`)).body.lastSeq).toBe(body.lastSeq);
      await joiner.post(`/chats/${chat}/leave`);
      expect(framesOf(outside, "left")).toEqual([{ type: "left", chat }]);
      expect(inside.seqs(chat)).toEqual([body.lastSeq, body.lastSeq + 1]);
      await owner.patch(`/chats/${chat}`, { topic: "not for who left" });
      expect(outside.seqs(chat).at(-1)).toBe(body.lastSeq + 1);
    });

    test("A group can’t be joined", async () => {
      const { body } = await owner.post("/chats", { kind: "group", members: [member.id] });
      expect((await stranger.post(`/chats/${body.id}/join`)).status).toBe(404);
    });
  });

  describe("adding a member", () => {
    test("Only the owner and admins add members, and nobody adds themselves", async () => {
      expect((await put(member, stranger, {})).status).toBe(403);
      expect((await put(stranger, stranger, {})).status).toBe(403);
      const added = await admin.call(`/chats/${chat}/members/${stranger.id}`, { method: "PUT" });
      expect(added.status).toBe(200);
      expect(added.body).toMatchObject({
        user: { id: stranger.id },
        role: "member",
        mutedUntil: null,
      });
      expect((await admin.delete(`/chats/${chat}/members/${stranger.id}`)).status).toBe(204);
    });

    test("A user with an active block can’t be added, whoever made the block", async () => {
      await stranger.post("/block", { userId: admin.id });
      const { status, body } = await put(admin, stranger, {});
      expect({ status, code: body.code }).toEqual({ status: 403, code: "blocked" });
      expect((await put(owner, stranger, {})).status).toBe(200);
      await owner.delete(`/chats/${chat}/members/${stranger.id}`);
      await stranger.delete(`/block/${admin.id}`);
    });

    test("Adding an unknown user is answered with not found", async () => {
      const nobody = crypto.randomUUID();
      expect((await owner.put(`/chats/${chat}/members/${nobody}`, {})).status).toBe(404);
      expect((await owner.put(`/chats/${chat}/members/not-an-id`, {})).status).toBe(404);
    });
  });

  describe("changing a member", () => {
    test("A changed role sends the chat to the member", async () => {
      const socket = await server.connect(member);
      await put(owner, member, { role: "admin" });
      await eventually(() => framesOf(socket, "chat").length > 0);
      expect(framesOf(socket, "chat")).toMatchObject([{ chat: { id: chat, role: "admin" } }]);
      expect(framesOf(socket, "events").at(-1)?.events).toMatchObject([
        { kind: "member", action: "role", role: "admin", user: { id: member.id }, by: owner.id },
      ]);
      await put(owner, member, { role: "member" });
    });

    test("A mute appends an event, keeps the member from sending, and ends", async () => {
      const say = () =>
        member.post("/messages", { chat, clientId: crypto.randomUUID(), body: "hello" });
      const socket = await server.connect(owner);
      const mutedUntil = new Date(Date.now() + 60_000).toISOString();
      expect((await put(admin, member, { mutedUntil })).body.mutedUntil).toBe(mutedUntil);
      expect(framesOf(socket, "events").at(-1)?.events).toMatchObject([
        { kind: "member", action: "muted", mutedUntil, role: "member" },
      ]);
      expect((await say()).body.code).toBe("muted");
      expect((await put(admin, member, { mutedUntil: null })).body.mutedUntil).toBeNull();
      expect((await say()).status).toBe(201);
    });

    test("A mute sends the chat to the member", async () => {
      const [ann, bob] = [await server.person("ann"), await server.person("bob")];
      const { id } = (await ann.post("/chats", { kind: "group", members: [bob.id] })).body;
      const socket = await server.connect(bob);
      const mutedUntil = new Date(Date.now() + 60_000).toISOString();
      await ann.put(`/chats/${id}/members/${bob.id}`, { mutedUntil });
      await eventually(() => framesOf(socket, "chat").length > 0);
    });

    test("A request without a change appends no event", async () => {
      const lastSeq = async () => (await owner.get(`/chats/${chat}`)).body.lastSeq;
      const before = await lastSeq();
      await put(owner, member, {});
      await put(owner, member, { role: "member" });
      await put(owner, member, { mutedUntil: null });
      expect(await lastSeq()).toBe(before);
    });

    test("The owner becomes an admin when another member becomes the owner", async () => {
      await put(owner, member, { role: "owner" });
      expect(await roles()).toMatchObject({ [owner.id]: "admin", [member.id]: "owner" });
      await put(member, owner, { role: "owner" });
      await put(owner, member, { role: "member" });
    });
  });

  describe("removing a member", () => {
    test("A removed member is notified, and only members with a lower role can be removed", async () => {
      expect((await admin.delete(`/chats/${chat}/members/${owner.id}`)).status).toBe(403);
      expect((await member.delete(`/chats/${chat}/members/${admin.id}`)).status).toBe(403);
      const socket = await server.connect(member);
      expect((await admin.delete(`/chats/${chat}/members/${member.id}`)).status).toBe(204);
      expect(framesOf(socket, "events").at(-1)?.events).toMatchObject([
        { action: "removed", user: { id: member.id }, by: admin.id },
      ]);
      expect(socket.frames.at(-1)).toEqual({ type: "left", chat });
      expect((await admin.delete(`/chats/${chat}/members/${member.id}`)).status).toBe(404);
      await put(owner, member, {});
    });
  });

  describe("leaving a chat", () => {
    test("The oldest admin, then the oldest member, becomes the owner when the owner leaves", async () => {
      expect((await owner.post(`/chats/${chat}/leave`)).status).toBe(204);
      const members = (await admin.get(`/chats/${chat}/members`)).body.members;
      expect(members.find(({ user }: Json) => user.id === admin.id).role).toBe("owner");
      await admin.post(`/chats/${chat}/leave`);
      expect((await member.get(`/chats/${chat}`)).body.role).toBe("owner");
    });

    test("The user who joins an empty channel becomes its owner", async () => {
      expect((await member.post(`/chats/${chat}/leave`)).status).toBe(204);
      expect((await member.post(`/chats/${chat}/leave`)).status).toBe(404);
      expect((await stranger.post(`/chats/${chat}/join`)).body).toMatchObject({
        role: "owner",
        members: 1,
      });
    });

    test("Members of a direct chat can’t leave, be added or be removed", async () => {
      const { body } = await owner.post("/chats", { kind: "direct", members: [member.id] });
      expect((await owner.post(`/chats/${body.id}/leave`)).status).toBe(403);
      expect((await owner.put(`/chats/${body.id}/members/${admin.id}`)).status).toBe(403);
      expect((await owner.delete(`/chats/${body.id}/members/${member.id}`)).status).toBe(403);
      expect((await owner.delete(`/chats/${body.id}`)).status).toBe(403);
    });
  });

  test("Many users who join and leave at once produce a sequence without gaps", async () => {
    const { body } = await owner.post("/chats", { kind: "channel", name: "busy" });
    const crowd = await Promise.all(["a", "b", "c", "d"].map(server.person));
    await Promise.all(crowd.map((person) => person.post(`/chats/${body.id}/join`)));
    await Promise.all([
      ...crowd.slice(0, 2).map((person) => person.post(`/chats/${body.id}/leave`)),
      owner.post(`/chats/${body.id}/leave`),
    ]);
    const { lastSeq, members } = (await (crowd[3] as Person).get(`/chats/${body.id}`)).body;
    const rows = await db()
      .selectFrom("changes")
      .select("seq")
      .where("chat_id", "=", body.id)
      .orderBy("seq")
      .execute();
    expect(members).toBe(2);
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, i) => i + 1));
  });
});
