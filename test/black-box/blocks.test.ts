import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Block } from "@parley/contracts/blocks";
import type { User } from "@parley/contracts/users";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import type { Socket } from "../stack/socket.ts";
import { type Stack, startStack } from "../stack/stack.ts";

onEachStack("blocks", (kind) => {
  let stack: Stack;
  let ann: Person;
  let bob: Person;
  let direct: string;

  beforeAll(async () => {
    stack = await startStack(kind);
    ann = await Person.register(stack.url, "ann");
    bob = await Person.register(stack.url, "bob");
    direct = (await ann.create({ kind: "direct", members: [bob.id] })).id;
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  const refusal = async (socket: Socket) => {
    const clientId = crypto.randomUUID();
    socket.send({ type: "send", chat: direct, clientId, body: "hello?" });
    const { code } = await socket.until("reject", (frame) => frame.clientId === clientId);
    return code;
  };

  test("A block works in both directions, and neither side learns who set it", async () => {
    using a = await ann.connect();
    using b = await bob.connect();
    await ann.json("POST", "/block", { userId: bob.id }, 201);
    expect(await refusal(a)).toBe("blocked");
    expect(await refusal(b)).toBe("blocked");
    const send = { chat: direct, clientId: crypto.randomUUID(), body: "by HTTP" };
    expect(await bob.json("POST", "/messages", send, 403)).toMatchObject({ code: "blocked" });
    const found = await bob.json<{ users: User[] }>("GET", `/users?query=${ann.user.username}`);
    expect(found.users).toEqual([]);
    expect(await bob.json<User>("GET", `/profile/${ann.id}`)).toMatchObject({
      online: false,
      avatar: null,
      lastSeenAt: null,
    });
    await ann.json("DELETE", `/block/${bob.id}`, undefined, 204);
    await a.until("unblock", ({ user }) => user === bob.id);
    await b.say(direct, "again");
  });

  test("A block with an end expires, and the blocker is notified", async () => {
    using a = await ann.connect();
    using b = await bob.connect();
    const blockFor = (seconds: number) =>
      ann.json<Block>("POST", "/block", { userId: bob.id, seconds }, 201);
    expect((await blockFor(60)).user.id).toBe(bob.id);
    expect(await refusal(b)).toBe("blocked");
    const block = await blockFor(1);
    await a.until("unblock", ({ user }) => user === bob.id);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(block.expiresAt ?? ""));
    await b.say(direct, "free");
    expect(await ann.json("GET", "/block")).toEqual({ blocks: [] });
    const metrics = await (await fetch(`${stack.serverUrl}/service/metrics`)).text();
    expect(metrics).toMatch(/^block_expired_total [1-9]/m);
  });

  test("Neither side of a block can add the other to a chat or open a new chat with them", async () => {
    await bob.json("POST", "/block", { userId: ann.id }, 201);
    const group = { kind: "group", name: "trap", members: [bob.id] };
    expect(await ann.json("POST", "/chats", group, 403)).toMatchObject({ code: "blocked" });
    const cyd = await Person.register(stack.url, "cyd");
    await bob.json("POST", "/block", { userId: cyd.id }, 201);
    const first = { kind: "direct", members: [bob.id] };
    expect(await cyd.json("POST", "/chats", first, 403)).toMatchObject({ code: "blocked" });
    await bob.json("DELETE", `/block/${ann.id}`, undefined, 204);
  });

  test("Presence is hidden while a block exists, and shown again afterwards", async () => {
    using a = await ann.connect();
    using b = await bob.connect();
    await a.until("presence", ({ users }) =>
      users.some(({ id, online }) => id === bob.id && online),
    );
    const from = b.frames.length;
    await ann.json("POST", "/block", { userId: bob.id }, 201);
    const sees = (socket: Socket, who: Person, online: boolean, since: number) =>
      socket.until(
        "presence",
        ({ users }) => users.some((entry) => entry.id === who.id && entry.online === online),
        since,
      );
    await sees(b, ann, false, from);
    const during = b.frames.length;
    await ann.json("DELETE", `/block/${bob.id}`, undefined, 204);
    await sees(b, ann, true, during);
  });
});
