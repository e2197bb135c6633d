import { afterAll, beforeAll, expect, test } from "bun:test";
import { onTestDatabase } from "../testing/database.ts";
import { type Json, openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

onTestDatabase((db) => {
  let server: TestServer;
  let ann: Person;
  let bob: Person;

  beforeAll(async () => {
    server = openTestServer(db());
    ann = await server.person("ann");
    bob = await server.person("bob");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function room(...bodies: string[]): Promise<string> {
    const { id } = (await ann.post("/chats", { kind: "group", members: [bob.id] })).body;
    await bob.post(`/chats/${id}/accept`);
    for (const body of bodies) await say(id, body);
    return id;
  }

  async function say(chat: string, body: string, who = ann): Promise<Json> {
    return (await who.post("/messages", { chat, clientId: crypto.randomUUID(), body })).body;
  }

  /** Inserts many messages into a chat, oldest first, without the writer. */
  async function fill(chat: string, bodies: readonly string[], from: Date): Promise<void> {
    const { last_seq } = await db()
      .selectFrom("chats")
      .select("last_seq")
      .where("id", "=", chat)
      .executeTakeFirstOrThrow();
    const rows = bodies.map((body, index) => ({
      chat_id: chat,
      seq: last_seq + 1 + index,
      sender_id: ann.id,
      client_id: crypto.randomUUID(),
      body,
      created_at: new Date(from.getTime() + Math.floor(index / 7)),
    }));
    for (let at = 0; at < rows.length; at += 1_000)
      await db()
        .insertInto("messages")
        .values(rows.slice(at, at + 1_000))
        .execute();
    await db()
      .updateTable("chats")
      .set({ last_seq: last_seq + bodies.length })
      .where("id", "=", chat)
      .execute();
  }

  const search = (who: Person, query: string, more = "") =>
    who.get(`/messages/search?query=${encodeURIComponent(query)}${more}`);
  const bodies = ({ body }: { body: Json }) => body.hits.map(({ message }: Json) => message.body);

  /** Every message that a search finds, page by page. */
  async function all(who: Person, query: string, more: string): Promise<Json[]> {
    const found: Json[] = [];
    for (let next: string | null = ""; next !== null; ) {
      const { body } = await search(who, query, `${more}${next && `&before=${next}`}`);
      expect(body.hasMore).toBe(body.next !== null);
      found.push(...body.hits.map(({ message }: Json) => message));
      next = body.next;
    }
    return found;
  }

  test("Search finds words and parts of words in any case, the newest message first", async () => {
    const chat = await room("The regatta is on", "no", "REGATTAS again", "Привет, друзья");
    const found = await search(ann, "regatta", `&chat=${chat}`);
    expect(found).toMatchObject({
      status: 200,
      body: {
        hits: [{ highlight: "<mark>REGATTA</mark>S again" }, { message: { chat } }],
        hasMore: false,
        next: null,
      },
    });
    expect(found.body.users.map(({ id }: Json) => id)).toEqual([ann.id]);
    expect(bodies(await search(ann, "gatt aga", `&chat=${chat}`))).toEqual(["REGATTAS again"]);
    expect(bodies(await search(ann, "ПРИВЕТ", `&chat=${chat}`))).toEqual(["Привет, друзья"]);
    expect(bodies(await search(ann, "regatta nowhere", `&chat=${chat}`))).toEqual([]);
  });

  test("Search finds one or two characters, and scripts without spaces", async () => {
    const chat = await room("明日は日本語の練習です", "ok", "q");
    for (const query of ["日本語", "日本", "練", "は日本"])
      expect(bodies(await search(ann, query, `&chat=${chat}`))).toEqual(["明日は日本語の練習です"]);
    expect(bodies(await search(ann, "q", `&chat=${chat}`))).toEqual(["q"]);
  });

  test("Search takes special characters of SQL and HTML literally", async () => {
    const chat = await room("100% of it", "100 of it", "a_b", "axb", "c:\\d", "<b>'bold'</b>");
    for (const [query, body] of [
      ["100%", "100% of it"],
      ["a_b", "a_b"],
      ["c:\\d", "c:\\d"],
      ["<b>'bold'", "<b>'bold'</b>"],
    ] as const)
      expect(bodies(await search(ann, query, `&chat=${chat}`))).toEqual([body]);
    const [hit] = (await search(ann, "bold", `&chat=${chat}`)).body.hits;
    expect(hit.highlight).toBe("&lt;b&gt;&#39;<mark>bold</mark>&#39;&lt;/b&gt;");
  });

  test("Search finds no deleted message, and finds an edited message by its new body", async () => {
    const chat = await room();
    const [gone, changed] = [await say(chat, "vanishing"), await say(chat, "vanishing too")];
    await ann.delete(`/messages/${chat}/${gone.seq}`);
    await ann.patch(`/messages/${chat}/${changed.seq}`, { body: "appearing" });
    expect(bodies(await search(ann, "vanishing"))).toEqual([]);
    expect(bodies(await search(ann, "appearing"))).toEqual(["appearing"]);
  });

  test("Search covers the reader's own chats, and a public channel that the query names", async () => {
    await room("a common treasure");
    const secret = (await ann.post("/chats", { kind: "group" })).body.id;
    await say(secret, "a secret treasure");
    const creation = { kind: "channel", name: "open", visibility: "public" };
    const open = (await ann.post("/chats", creation)).body.id;
    await say(open, "a public treasure");
    expect(bodies(await search(bob, "treasure"))).toEqual(["a common treasure"]);
    expect(bodies(await search(bob, "treasure", `&chat=${open}`))).toEqual(["a public treasure"]);
    expect((await search(bob, "treasure", `&chat=${secret}`)).status).toBe(404);
    const nobody = await server.person("nobody");
    expect((await search(nobody, "treasure")).body).toEqual({
      hits: [],
      users: [],
      hasMore: false,
      next: null,
    });
  });

  test("An empty query and an invalid cursor are refused", async () => {
    for (const query of [
      "query=",
      "query=%20",
      `query=${"x".repeat(201)}`,
      "chat=x",
      "query=a&before=x",
      "query=a&before=2",
      "query=a&limit=0",
      "query=a&limit=101",
    ])
      expect((await ann.get(`/messages/search?${query}`)).status).toBe(422);
  });

  test("A query of 16 different words is accepted, and one of 17 refused by its path", async () => {
    const words = (count: number) => Array.from({ length: count }, (_, n) => `w${n}`).join(" ");
    expect((await search(ann, `${words(16)} w0`)).status).toBe(200);
    expect(await search(ann, words(17))).toMatchObject({
      status: 422,
      body: { code: "invalid", errors: [{ path: "query", message: "has more than 16 words" }] },
    });
  });

  test("Search begins before a time or, in one chat, before a message", async () => {
    const chat = await room("an old otter");
    const { createdAt } = await say(chat, "a new otter");
    const { seq } = await say(chat, "the newest otter");
    const before = async (word: string | number) =>
      bodies(await search(ann, "otter", `&chat=${chat}&before=${word}`));
    expect(await before(seq)).toEqual(["a new otter", "an old otter"]);
    expect(await before(seq - 1)).toEqual(["an old otter"]);
    expect(await before(seq + 1)).toHaveLength(3);
    // The first places of the chat are no messages.
    expect(await before(1)).toEqual([]);
    const earlier = await before(createdAt);
    expect(earlier).not.toContain("a new otter");
    expect(await before("2000-01-01T00:00:00.000Z")).toEqual([]);
    expect(await before("2999-01-01T00:00:00.000Z")).toHaveLength(3);
  });

  test("The pages contain each match once and in order, over chats of different pace", async () => {
    const [busy, quiet] = [await room(), await room()];
    const numbered = (word: string, count: number) =>
      Array.from({ length: count }, (_, n) =>
        n % 3 ? `${word} ${n} zebra` : `${word} ${n} plain`,
      );
    const start = new Date("2026-01-01T00:00:00.000Z");
    await fill(busy, numbered("busy", 2_500), start);
    await fill(quiet, numbered("quiet", 300), start);
    for (const query of ["zebra", "z"]) {
      const found = await all(bob, query, "&limit=100");
      const mine = found.filter(({ body }) => body.endsWith("zebra"));
      const keys = mine.map(({ chat, seq }) => `${chat} ${seq}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys).toHaveLength(1_666 + 200);
      const times = mine.map(({ createdAt }) => createdAt);
      expect(times).toEqual([...times].sort().reverse());
    }
  });

  test("A term that is not indexed is found by reading the messages in parts", async () => {
    const chat = await room();
    const start = new Date("2026-02-01T00:00:00.000Z");
    await fill(chat, ["猫", ...new Array<string>(21_500).fill("犬")], start);
    const first = await search(ann, "猫", `&chat=${chat}`);
    expect(first.body).toMatchObject({ hits: [], hasMore: true });
    const found = await all(ann, "猫", `&chat=${chat}`);
    expect(found.map(({ body }) => body)).toEqual(["猫"]);
  });

  test("Long messages are read in parts of about 2 MiB, and each match is found once", async () => {
    const chat = await room();
    const long = (n: number) => `${n} ${"otter ".repeat(600)}${n % 100 === 0 ? "xy" : "yx"}`;
    const start = new Date("2026-03-01T00:00:00.000Z");
    await fill(
      chat,
      Array.from({ length: 1_400 }, (_, n) => long(n)),
      start,
    );
    const first = await search(ann, "xy", `&chat=${chat}`);
    expect(first.body.hasMore).toBe(true);
    const read = (2 * 1024 + 256) * 1024;
    expect(first.body.hits.length).toBe(Math.floor(read / long(100).length / 100));
    const found = await all(ann, "xy", `&chat=${chat}`);
    expect(found.map(({ body }) => Number.parseInt(body, 10))).toEqual(
      Array.from({ length: 14 }, (_, n) => 1_300 - 100 * n),
    );
  });
});
