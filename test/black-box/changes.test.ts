import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Message, MessagePage, SearchPage } from "@parley/contracts/messages";
import { onEachStack } from "../stack/on-each-stack.ts";
import { Person } from "../stack/person.ts";
import { type Stack, startStack } from "../stack/stack.ts";

onEachStack("changes", (kind) => {
  let stack: Stack;
  let ann: Person;
  let bob: Person;
  let room: string;

  beforeAll(async () => {
    stack = await startStack(kind);
    ann = await Person.register(stack.url, "ann");
    bob = await Person.register(stack.url, "bob");
    room = (await ann.create({ kind: "group", name: "boathouse", members: [bob.id] })).id;
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  const say = (who: Person, body: string, chat = room) =>
    who.json<Message>("POST", "/messages", { chat, clientId: crypto.randomUUID(), body }, 201);
  const at = ({ chat, seq }: Message) => `/messages/${chat}/${seq}`;
  const reaction = (message: Message, emoji: string) =>
    `${at(message)}/reactions/${encodeURIComponent(emoji)}`;
  const newest = (who: Person) => who.json<MessagePage>("GET", `/messages?chat=${room}&limit=100`);

  test("An edit, a reaction and a deletion reach all members in the chat's sequence", async () => {
    using b = await bob.connect();
    const message = await say(ann, "helo");
    const edited = await ann.json<Message>("PATCH", at(message), { body: "hello" });
    await bob.json("PUT", reaction(message, "🚣"));
    await bob.json("DELETE", reaction(message, "🚣"));
    await ann.json("DELETE", at(message), undefined, 204);
    await b.untilEvent(room, ({ seq }) => seq === message.seq + 4);
    const target = message.seq;
    expect(b.events(room).filter(({ seq }) => seq >= target)).toMatchObject([
      { seq: target, kind: "message", message: { body: "helo" } },
      { seq: target + 1, kind: "edit", target, by: ann.id, message: edited },
      { seq: target + 2, kind: "reaction", target, by: bob.id, emoji: "🚣", added: true },
      { seq: target + 3, kind: "reaction", target, by: bob.id, emoji: "🚣", added: false },
      { seq: target + 4, kind: "delete", target, by: ann.id },
    ]);
    expect((await newest(bob)).messages.at(-1)).toMatchObject({ seq: target, body: "" });
  });

  test("A resume brings the changes that happened during a disconnect", async () => {
    using b = await bob.connect();
    const message = await say(ann, "before");
    const doomed = await say(ann, "doomed");
    await b.untilEvent(room, ({ seq }) => seq === doomed.seq);
    b.close();
    await b.closed;
    await ann.json("PATCH", at(message), { body: "after" });
    await ann.json("PUT", reaction(message, "👍"));
    await ann.json("DELETE", at(doomed), undefined, 204);
    using back = await bob.connect();
    back.send({ type: "resume", chats: { [room]: doomed.seq } });
    await back.until("resumed");
    expect(back.events(room)).toMatchObject([
      { kind: "edit", target: message.seq, message: { body: "after", reactions: [] } },
      { kind: "reaction", target: message.seq, emoji: "👍", added: true, count: 1 },
      { kind: "delete", target: doomed.seq },
    ]);
    const { messages } = await newest(bob);
    expect(messages.find(({ seq }) => seq === message.seq)).toMatchObject({
      body: "after",
      reactions: [{ emoji: "👍", count: 1, mine: false }],
    });
  });

  test("Only the author can edit, only the author and the owner can delete, and strangers get 404", async () => {
    const eve = await Person.register(stack.url, "eve");
    const [hers, his] = [await say(ann, "hers"), await say(bob, "his")];
    const status = async (who: Person, method: string, path: string, body?: unknown) =>
      (await who.request(method, path, body)).status;
    expect(await status(bob, "PATCH", at(hers), { body: "mine" })).toBe(403);
    expect(await status(bob, "DELETE", at(hers))).toBe(403);
    expect(await status(ann, "PATCH", at(his), { body: "mine" })).toBe(403);
    expect(await status(ann, "DELETE", at(his))).toBe(204);
    expect(await status(ann, "DELETE", at(his))).toBe(204);
    for (const [method, path, body] of [
      ["PATCH", at(hers), { body: "mine" }],
      ["DELETE", at(hers), undefined],
      ["PUT", reaction(hers, "👍"), undefined],
      ["DELETE", reaction(hers, "👍"), undefined],
    ] as const)
      expect(await status(eve, method, path, body)).toBe(404);
    expect(await status(ann, "PUT", reaction(hers, "not an emoji"))).toBe(422);
  });

  test("A block in a direct chat forbids edits to both sides, but not deletions", async () => {
    const cyd = await Person.register(stack.url, "cyd");
    const { id } = await ann.create({ kind: "direct", members: [cyd.id] });
    const message = await say(ann, "hello", id);
    await cyd.json("POST", "/block", { userId: ann.id }, 201);
    for (const [who, method, path] of [
      [ann, "PATCH", at(message)],
      [ann, "PUT", reaction(message, "👍")],
      [cyd, "PUT", reaction(message, "👍")],
    ] as const) {
      const response = await who.request(method, path, { body: "again" });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
        403,
        "blocked",
      ]);
    }
    await ann.json("DELETE", at(message), undefined, 204);
  });

  test("Search finds and highlights words, parts of words, and scripts without spaces", async () => {
    await say(bob, "The <regatta> starts at nine");
    await say(ann, "明日は日本語の練習です");
    const search = (query: string) =>
      ann.json<SearchPage>("GET", `/messages/search?query=${encodeURIComponent(query)}`);
    const part = await search("GATT");
    expect(part.hits.map(({ highlight }) => highlight)).toEqual([
      "The &lt;re<mark>gatt</mark>a&gt; starts at nine",
    ]);
    expect(part.users.map(({ id }) => id)).toEqual([bob.id]);
    expect((await search("日本")).hits).toHaveLength(1);
    const gone = await say(ann, "regatta cancelled");
    expect((await search("regatta")).hits.map(({ message }) => message.seq)[0]).toBe(gone.seq);
    await ann.json("DELETE", at(gone), undefined, 204);
    expect((await search("cancelled")).hits).toEqual([]);
  });
});
