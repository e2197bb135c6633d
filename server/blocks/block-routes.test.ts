import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { LIMITS } from "@parley/contracts/limits";
import { eventually } from "@parley/platform/testing/eventually";
import { sql } from "kysely";
import { onTestDatabase } from "../testing/database.ts";
import { framesOf, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

onTestDatabase((db) => {
  let server: TestServer;
  beforeAll(() => {
    server = openTestServer(db());
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function pair(): Promise<[Person, Person, chat: string]> {
    const [ann, bob] = [await server.person("ann"), await server.person("bob")];
    const { body } = await ann.post("/chats", { kind: "direct", members: [bob.id] });
    await bob.post(`/chats/${body.id}/accept`);
    return [ann, bob, body.id];
  }

  const sendTo = (chat: string, by: Person) =>
    by.post("/messages", { chat, clientId: crypto.randomUUID(), body: "hello" });

  test("A permanent block is returned, listed, and sent only to the blocker’s sessions", async () => {
    const [ann, bob] = await pair();
    const [socket, other] = [await server.connect(ann), await server.connect(bob)];
    const { status, body } = await ann.post("/block", { userId: bob.id });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      user: { id: bob.id, online: false, avatar: null },
      expiresAt: null,
    });
    expect((await ann.get("/block")).body).toEqual({ blocks: [body] });
    expect((await bob.get("/block")).body).toEqual({ blocks: [] });
    expect(framesOf(socket, "block")).toEqual([{ type: "block", block: body }]);
    expect(framesOf(other, "block")).toEqual([]);
  });

  test("A user who blocks as many users as one may changes blocks, but makes no further one", async () => {
    const [ann, bob] = await pair();
    await ann.post("/block", { userId: bob.id });
    await sql`
      with others as (
        insert into users (id, username, password_hash, display_name)
        select gen_random_uuid(), 'blocked-' || n, '-', 'Blocked'
        from generate_series(2, ${LIMITS.maxBlocks}::int) as n
        returning id
      )
      insert into blocks (blocker_id, blocked_id) select ${ann.id}::uuid, id from others
    `.execute(db());
    expect((await ann.post("/block", { userId: bob.id, seconds: 60 })).status).toBe(201);
    const cyd = await server.person("cyd");
    expect(await ann.post("/block", { userId: cyd.id })).toMatchObject({
      status: 409,
      body: { code: "too_many_blocks" },
    });
    await ann.delete(`/block/${bob.id}`);
    expect((await ann.post("/block", { userId: cyd.id })).status).toBe(201);
  });

  test("Neither user can send to their direct chat until the block ends", async () => {
    const [ann, bob, chat] = await pair();
    await ann.post("/block", { userId: bob.id });
    expect((await sendTo(chat, ann)).body.code).toBe("blocked");
    expect((await sendTo(chat, bob)).body.code).toBe("blocked");
    expect((await ann.delete(`/block/${bob.id}`)).status).toBe(204);
    expect((await sendTo(chat, ann)).status).toBe(201);
    expect((await sendTo(chat, bob)).status).toBe(201);
  });

  test("Neither user sees the other’s presence or avatar until the block ends", async () => {
    const [ann, bob] = await pair();
    const sockets = [await server.connect(ann), await server.connect(bob)];
    expect((await bob.get(`/profile/${ann.id}`)).body.online).toBe(true);
    await ann.post("/block", { userId: bob.id });
    for (const [viewer, other] of [
      [ann, bob],
      [bob, ann],
    ] as const)
      expect((await viewer.get(`/profile/${other.id}`)).body).toMatchObject({
        online: false,
        lastSeenAt: null,
        avatar: null,
      });
    for (const socket of sockets)
      expect(framesOf(socket, "profile").at(-1)?.user).toMatchObject({ online: false });
    await ann.delete(`/block/${bob.id}`);
    for (const socket of sockets)
      expect(framesOf(socket, "profile").at(-1)?.user).toMatchObject({ online: true });
  });

  test("Blocking a user again changes the end of the one block", async () => {
    const [ann, bob] = await pair();
    await ann.post("/block", { userId: bob.id });
    const { body } = await ann.post("/block", { userId: bob.id, seconds: 3_600 });
    expect(Date.parse(body.expiresAt)).toBeGreaterThan(Date.now() + 3_500_000);
    expect((await ann.get("/block")).body.blocks).toEqual([body]);
  });

  test("Unblocking twice sends one frame", async () => {
    const [ann, bob] = await pair();
    const socket = await server.connect(ann);
    await ann.post("/block", { userId: bob.id });
    expect((await ann.delete(`/block/${bob.id}`)).status).toBe(204);
    expect((await ann.delete(`/block/${bob.id}`)).status).toBe(204);
    expect(framesOf(socket, "unblock")).toEqual([{ type: "unblock", user: bob.id }]);
  });

  test("Unblocking does not end the other user’s block", async () => {
    const [ann, bob, chat] = await pair();
    await ann.post("/block", { userId: bob.id });
    await bob.post("/block", { userId: ann.id });
    await ann.delete(`/block/${bob.id}`);
    expect((await sendTo(chat, ann)).body.code).toBe("blocked");
    expect((await ann.get("/block")).body.blocks).toEqual([]);
  });

  describe("an invalid block", () => {
    test("A block of oneself, of an unknown user, with a past end or with two ends is rejected", async () => {
      const [ann, bob] = await pair();
      const rejection = async (block: object) => {
        const { status, body } = await ann.post("/block", block);
        return [status, body.errors?.[0]?.path];
      };
      const past = new Date(Date.now() - 1).toISOString();
      const later = new Date(Date.now() + 60_000).toISOString();
      expect(await rejection({ userId: ann.id })).toEqual([422, "userId"]);
      expect(await rejection({ userId: crypto.randomUUID() })).toEqual([404, undefined]);
      expect(await rejection({ userId: "bob" })).toEqual([422, "userId"]);
      expect(await rejection({ userId: bob.id, expiresAt: past })).toEqual([422, "expiresAt"]);
      expect(await rejection({ userId: bob.id, seconds: 0 })).toEqual([422, "seconds"]);
      expect(await rejection({ userId: bob.id, expiresAt: later, seconds: 1 })).toEqual([
        422,
        "seconds",
      ]);
    });
  });

  test("A block whose time is over is removed, sent to the blocker and counted", async () => {
    const [ann, bob, chat] = await pair();
    const socket = await server.connect(ann);
    const ended = async () => (await server.metrics.blocksEnded.get()).values[0]?.value ?? 0;
    const before = await ended();
    await ann.post("/block", { userId: bob.id, seconds: 3_600 });
    expect((await sendTo(chat, bob)).body.code).toBe("blocked");
    await ann.post("/block", { userId: bob.id, seconds: 0.05 });
    await eventually(() => framesOf(socket, "unblock").length > 0);
    expect(framesOf(socket, "unblock")).toEqual([{ type: "unblock", user: bob.id }]);
    expect(await ended()).toBe(before + 1);
    expect((await ann.get("/block")).body.blocks).toEqual([]);
    expect((await sendTo(chat, bob)).status).toBe(201);
  });

  test("A block whose time is over is inactive even before its row is deleted", async () => {
    const [ann, bob, chat] = await pair();
    const past = new Date(Date.now() - 1);
    await db()
      .insertInto("blocks")
      .values({ blocker_id: ann.id, blocked_id: bob.id, expires_at: past })
      .execute();
    expect((await sendTo(chat, bob)).status).toBe(201);
    expect((await ann.get("/block")).body.blocks).toEqual([]);
  });
});
