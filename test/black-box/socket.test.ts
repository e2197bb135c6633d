import { afterAll, beforeAll, expect, test } from "bun:test";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { Socket } from "../stack/socket.ts";
import { type Stack, startStack } from "../stack/stack.ts";

onEachStack("sockets", (kind) => {
  let stack: Stack;
  let ann: Person;
  beforeAll(async () => {
    stack = await startStack(kind, { RATE_LIMIT_MESSAGES_RPS: "10" });
    ann = await Person.register(stack.url, "ann");
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  const endpoints = () => [
    { url: stack.url, path: "/ws" },
    { url: stack.serverUrl, path: "/service/ws" },
  ];

  test("Both WebSocket endpoints send welcome first, then the initial presence", async () => {
    for (const { url, path } of endpoints()) {
      using socket = await ann.connect(path, url);
      expect(socket.protocol).toBe("parley.v1");
      expect(socket.frames[0]).toMatchObject({ type: "welcome", user: ann.id, heartbeat: 30 });
      await socket.until("presence");
      expect(socket.frames[1]?.type).toBe("presence");
    }
  });

  test("An upgrade without a token, or with the cookie from another site, is refused", async () => {
    for (const { url, path } of endpoints()) {
      const upgrade = {
        upgrade: "websocket",
        connection: "Upgrade",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
      };
      const none = await fetch(url + path, { headers: upgrade });
      expect(none.status).toBe(401);
      const foreign = await fetch(url + path, {
        headers: { ...upgrade, cookie: `token=${ann.token}`, origin: "https://evil.example" },
      });
      expect(foreign.status).toBe(403);
      expect(await foreign.json()).toMatchObject({ code: "cross_site" });
    }
  });

  test("An invalid frame gets an error frame, and the third within a minute closes the socket with 1008", async () => {
    for (const { url, path } of endpoints()) {
      using socket = await ann.connect(path, url);
      socket.sendText("not json");
      socket.sendText(JSON.stringify({ type: "no such" }));
      await socket.until("error");
      socket.sendText("[]");
      expect(await socket.closed).toBe(1008);
      expect(socket.frames.filter(({ type }) => type === "error")).toHaveLength(3);
    }
  });

  test("A binary frame counts as an invalid frame", async () => {
    for (const { url, path } of endpoints()) {
      using socket = await ann.connect(path, url);
      socket.sendText(new Uint8Array([1, 2, 3]));
      socket.sendText("not json");
      socket.sendText(new Uint8Array(10));
      expect(await socket.closed).toBe(1008);
      expect(socket.frames.filter(({ type }) => type === "error")).toHaveLength(3);
    }
  });

  test("The handshake selects only Parley's own subprotocol", async () => {
    for (const { url, path } of endpoints()) {
      const response = await fetch(url + path, {
        headers: {
          upgrade: "websocket",
          connection: "Upgrade",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
          "sec-websocket-version": "13",
          "sec-websocket-protocol": "soap",
          authorization: `Bearer ${ann.token}`,
        },
      });
      expect(response.status).toBe(400);
      expect(response.headers.get("x-request-id")).toBeTruthy();
    }
  });

  test("The welcome is the first frame, whatever happens to the user during the handshake", async () => {
    const bob = await Person.register(stack.url, "bob");
    const news = (async () => {
      for (let n = 0; n < 30; n++) await bob.create({ kind: "group", name: `day ${n}` });
    })();
    for (let n = 0; n < 30; n++) {
      using socket = await bob.connect();
      expect(socket.frames[0]?.type).toBe("welcome");
    }
    await news;
  });

  test("Two users who come to share a chat learn at once that both are online", async () => {
    const [bob, cyd] = [
      await Person.register(stack.url, "bob"),
      await Person.register(stack.url, "cyd"),
    ];
    using b = await bob.connect();
    using c = await cyd.connect();
    await bob.create({ kind: "channel", name: "new", members: [cyd.id] });
    const sees = (socket: Socket, id: string) =>
      socket.until("presence", ({ users }) => users.some((user) => user.id === id && user.online));
    await Promise.all([sees(b, cyd.id), sees(c, bob.id)]);
  });

  test("Two users who stop sharing a chat learn once that the other is offline, and nothing afterwards", async () => {
    const [bob, cyd] = [
      await Person.register(stack.url, "bob"),
      await Person.register(stack.url, "cyd"),
    ];
    const members = [cyd.id];
    const group = await bob.create({ kind: "channel", name: "one", members });
    const other = await bob.create({ kind: "channel", name: "two", members });
    using b = await bob.connect();
    const c = await cyd.connect();
    const sees = (socket: Socket, id: string, online: boolean, from = 0) =>
      socket.until(
        "presence",
        ({ users }) => users.some((user) => user.id === id && user.online === online),
        from,
      );
    await Promise.all([sees(b, cyd.id, true), sees(c, bob.id, true)]);
    await cyd.json("POST", `/chats/${group.id}/leave`, undefined, 204);
    const from = b.frames.length;
    await bob.json("DELETE", `/chats/${other.id}`, undefined, 204);
    const [offline] = await Promise.all([sees(b, cyd.id, false, from), sees(c, bob.id, false)]);
    expect(offline.users).toEqual([{ id: cyd.id, online: false, lastSeenAt: null }]);
    // They share a chat again; no presence was sent in between.
    const between = b.frames.length;
    await cyd.create({ kind: "channel", name: "three", members: [bob.id] });
    await sees(b, cyd.id, true, between);
    const news = b.frames
      .slice(from)
      .flatMap((frame) => (frame.type === "presence" ? frame.users : []));
    expect(news.map(({ online }) => online)).toEqual([false, true]);
    c.close();
  });

  test("An invalid send is rejected by its clientId and does not count as an invalid frame", async () => {
    using socket = await ann.connect();
    const clientId = crypto.randomUUID();
    socket.sendText(JSON.stringify({ type: "send", clientId, chat: "nonsense", body: "x" }));
    expect(await socket.until("reject")).toMatchObject({ clientId, code: "invalid" });
    const chat = (await ann.create({ kind: "group", name: "long" })).id;
    const long = crypto.randomUUID();
    socket.send({ type: "send", clientId: long, chat, body: "x".repeat(4_001) });
    const reject = await socket.until("reject", (frame) => frame.clientId === long);
    expect(reject.code).toBe("invalid");
    await socket.say(chat, "🛶".repeat(4_000));
  });

  test("A frame over 64 KiB closes the socket with 1009", async () => {
    for (const { url, path } of endpoints()) {
      using socket = await ann.connect(path, url);
      socket.sendText(JSON.stringify({ type: "ping", id: "x".repeat(70_000) }));
      expect(await socket.closed).toBe(1009);
    }
  });

  test("A user can send ten messages a second over all sockets together", async () => {
    const chat = (await ann.create({ kind: "group", name: "fast" })).id;
    using one = await ann.connect();
    using two = await ann.connect();
    await Bun.sleep(1_000);
    for (let n = 0; n < 15; n++)
      (n % 2 ? one : two).send({ type: "send", chat, clientId: crypto.randomUUID(), body: `${n}` });
    const settled = () =>
      [...one.frames, ...two.frames].filter(({ type }) => type === "ack" || type === "reject");
    while (settled().length < 15) await Bun.sleep(10);
    const rejects = settled().filter(({ type }) => type === "reject");
    expect(rejects).toHaveLength(5);
    for (const reject of rejects) {
      expect(reject).toMatchObject({ code: "rate_limited" });
      expect((reject as { retryAfter: number }).retryAfter).toBeGreaterThan(0);
    }
  });

  test("Signing out closes the sockets with 4401 and invalidates the token", async () => {
    const bob = await Person.register(stack.url, "bob");
    for (const { url, path } of endpoints()) {
      const { token } = await bob.json<{ token: string }>("POST", "/login", {
        username: bob.user.username,
        password: bob.password,
      });
      const headers = { authorization: `Bearer ${token}` };
      using socket = new Socket(`${url.replace("http", "ws")}${path}`, headers);
      await socket.until("welcome");
      await fetch(`${stack.url}/service/api/logout`, { method: "POST", headers });
      expect(await socket.closed).toBe(4401);
      expect((await fetch(`${stack.url}/service/api/profile`, { headers })).status).toBe(401);
    }
  });

  test("Users who share a chat see each other's presence, with a grace period of five seconds", async () => {
    const bob = await Person.register(stack.url, "bob");
    const cyd = await Person.register(stack.url, "cyd");
    await bob.create({ kind: "channel", name: "pair", members: [ann.id] });
    using a = await ann.connect();
    const b = await bob.connect();
    const online = (value: boolean) =>
      a.until("presence", ({ users }) =>
        users.some((entry) => entry.id === bob.id && entry.online === value),
      );
    await online(true);
    using late = await ann.connect();
    const first = await late.until("presence");
    expect(first.users).toEqual([{ id: bob.id, online: true, lastSeenAt: null }]);
    using stranger = await cyd.connect();
    expect((await stranger.until("presence")).users).toEqual([]);
    b.close();
    const gone = Date.now();
    await online(false);
    expect(Date.now() - gone).toBeGreaterThan(4_900);
    const seen = await ann.json<{ online: boolean; lastSeenAt: string }>(
      "GET",
      `/profile/${bob.id}`,
    );
    expect(seen.online).toBe(false);
    expect(Date.parse(seen.lastSeenAt)).toBeGreaterThan(gone);
  });
});

test("A session that expires closes its sockets at once", async () => {
  await using stack = await startStack("embedded", { SESSION_TTL: "6s" });
  const ann = await Person.register(stack.url, "ann");
  for (const endpoint of [
    { url: stack.url, path: "/ws" },
    { url: stack.serverUrl, path: "/service/ws" },
  ]) {
    const { token } = await ann.json<{ token: string }>("POST", "/session");
    using socket = new Socket(`${endpoint.url.replace("http", "ws")}${endpoint.path}`, {
      authorization: `Bearer ${token}`,
    });
    await socket.until("welcome");
    const { exp } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
    expect(await socket.closed).toBe(4401);
    expect(Date.now()).toBeLessThan(exp * 1_000 + 3_000);
    if (endpoint.path === "/ws") Object.assign(ann, await Person.register(stack.url, "ann"));
  }
});
