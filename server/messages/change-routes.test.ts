import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChatEvent, isKnownEvent } from "@parley/contracts/events";
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
  let ann: Person;
  let bob: Person;
  let eve: Person;
  let room: string;

  beforeAll(async () => {
    server = openTestServer(db());
    [ann, bob, eve] = [
      await server.person("ann"),
      await server.person("bob"),
      await server.person("eve"),
    ];
    room = (await ann.post("/chats", { kind: "group", members: [bob.id] })).body.id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function send(who: Person, body = "hello", chat = room): Promise<Json> {
    const answer = await who.post("/messages", { chat, clientId: crypto.randomUUID(), body });
    expect(answer.status).toBe(201);
    return answer.body;
  }

  const at = ({ chat, seq }: Json) => `/messages/${chat}/${seq}`;
  const reaction = (message: Json, emoji: string) =>
    `${at(message)}/reactions/${encodeURIComponent(emoji)}`;
  const code = ({ body }: { body: Json }) => body?.code;
  const head = async (chat = room) => (await ann.get(`/chats/${chat}`)).body.lastSeq as number;
  const read = async (who: Person, { chat, seq }: Json) =>
    (await who.get(`/messages?chat=${chat}&around=${seq}&limit=1`)).body.messages[0];

  /** The events of the room that are published while `work` runs. */
  async function eventsOf(work: () => Promise<unknown>): Promise<ChatEvent[]> {
    const socket = await server.connect(bob);
    const before = await head();
    await work();
    const after = await head();
    const events = () =>
      framesOf(socket, "events").flatMap((frame) => frame.events.filter(isKnownEvent));
    await eventually(() => before === after || events().at(-1)?.seq === after);
    return events();
  }

  describe("edits", () => {
    test("An edit replaces the body, and one event is published", async () => {
      const message = await send(ann, "helo");
      let answer: Json;
      const [event, ...more] = await eventsOf(async () => {
        answer = await ann.patch(at(message), { body: "hello" });
      });
      expect(answer).toMatchObject({ status: 200, body: { seq: message.seq, body: "hello" } });
      expect(Date.parse(answer.body.editedAt)).toBeGreaterThan(0);
      expect(more).toEqual([]);
      expect(event).toMatchObject({ kind: "edit", by: ann.id, target: message.seq });
      expect(event).toHaveProperty("message", answer.body);
      expect(await read(bob, message)).toEqual(answer.body);
    });

    test("An edit to the same body appends no event", async () => {
      const message = await send(ann, "same");
      const events = await eventsOf(async () => {
        const answer = await ann.patch(at(message), { body: "same" });
        expect(answer).toMatchObject({ status: 200, body: { editedAt: null } });
      });
      expect(events).toEqual([]);
    });

    test("Only the author may edit, and only an existing message", async () => {
      const message = await send(ann);
      expect(code(await bob.patch(at(message), { body: "no" }))).toBe("forbidden");
      for (const [who, path] of [
        [eve, at(message)],
        [ann, `/messages/${room}/999999`],
        [ann, `/messages/${room}/x`],
        [ann, `/messages/${crypto.randomUUID()}/1`],
      ] as const)
        expect(code(await who.patch(path, { body: "no" }))).toBe("not_found");
      expect(code(await ann.patch(at(message), { body: " " }))).toBe("invalid");
      expect(code(await ann.patch(at(message), { body: "x".repeat(4_001) }))).toBe("invalid");
      expect(await read(ann, message)).toEqual(message);
    });

    test("An edit replaces the mentions of the old body", async () => {
      const message = await send(ann, `@${bob.username}`);
      const mentions = async () => (await bob.get(`/chats/${room}`)).body.mentions;
      const before = await mentions();
      await ann.patch(at(message), { body: "nobody" });
      expect(await mentions()).toBe(before - 1);
      await ann.patch(at(message), { body: `again @${bob.username}` });
      expect(await mentions()).toBe(before);
    });

    test("A muted author and a blocked author may not edit", async () => {
      const message = await send(bob);
      const mutedUntil = new Date(Date.now() + 60_000).toISOString();
      await ann.put(`/chats/${room}/members/${bob.id}`, { mutedUntil });
      expect(code(await bob.patch(at(message), { body: "no" }))).toBe("muted");
      expect(code(await bob.put(reaction(message, "👍")))).toBe("muted");
      await ann.put(`/chats/${room}/members/${bob.id}`, { mutedUntil: null });

      const direct = (await ann.post("/chats", { kind: "direct", members: [eve.id] })).body.id;
      const own = await send(ann, "hello", direct);
      await eve.post("/block", { userId: ann.id });
      expect(code(await ann.patch(at(own), { body: "no" }))).toBe("blocked");
      expect(code(await ann.put(reaction(own, "👍")))).toBe("blocked");
      expect(code(await eve.put(reaction(own, "👍")))).toBe("blocked");
      expect((await ann.delete(at(own))).status).toBe(204);
      await eve.delete(`/block/${ann.id}`);
    });
  });

  describe("deletions", () => {
    test("A deletion keeps the place, and removes the body from the database", async () => {
      const message = await send(bob, `secret @${ann.username}`);
      await ann.put(reaction(message, "👍"));
      const events = await eventsOf(() => bob.delete(at(message)));
      expect(events).toMatchObject([{ kind: "delete", by: bob.id, target: message.seq }]);
      const shown = await read(ann, message);
      expect(shown).toMatchObject({ seq: message.seq, body: "", reactions: [] });
      expect(Date.parse(shown.deletedAt)).toBeGreaterThan(0);
      const row = await db()
        .selectFrom("messages")
        .select("body")
        .where("chat_id", "=", room)
        .where("seq", "=", message.seq)
        .executeTakeFirst();
      expect(row).toEqual({ body: "" });
      for (const table of ["reactions", "mentions", "message_files"] as const)
        expect(
          await db().selectFrom(table).selectAll().where("seq", "=", message.seq).execute(),
        ).toEqual([]);
      expect((await ann.get(`/chats/${room}`)).body.lastMessage).toEqual(shown);
    });

    test("A second deletion appends no event, and a deleted message cannot be changed", async () => {
      const message = await send(ann);
      await ann.delete(at(message));
      const events = await eventsOf(async () => {
        expect((await ann.delete(at(message))).status).toBe(204);
        expect(code(await ann.patch(at(message), { body: "back" }))).toBe("not_found");
        expect(code(await ann.put(reaction(message, "👍")))).toBe("not_found");
      });
      expect(events).toEqual([]);
    });

    test("The author, the owner and admins may delete a message", async () => {
      const [hers, his] = [await send(ann), await send(bob)];
      expect(code(await bob.delete(at(hers)))).toBe("forbidden");
      expect(code(await eve.delete(at(hers)))).toBe("not_found");
      expect((await ann.delete(at(his))).status).toBe(204);
      await ann.put(`/chats/${room}/members/${bob.id}`, { role: "admin" });
      expect((await bob.delete(at(hers))).status).toBe(204);
      await ann.put(`/chats/${room}/members/${bob.id}`, { role: "member" });
    });

    test("A deleted message is not counted as unread", async () => {
      const unread = async () => {
        const { body } = await bob.get(`/chats/${room}`);
        return [body.unread, body.mentions];
      };
      await bob.post(`/chats/${room}/read`, { seq: await head() });
      const [first, second] = [await send(ann, `@${bob.username}`), await send(ann)];
      expect(await unread()).toEqual([2, 1]);
      await ann.delete(at(first));
      expect(await unread()).toEqual([1, 0]);
      await ann.patch(at(second), { body: "changed" });
      expect(await unread()).toEqual([1, 0]);
    });
  });

  describe("reactions", () => {
    test("Each user counts once for each emoji, in the order in which the emojis were added", async () => {
      const message = await send(ann);
      const events = await eventsOf(async () => {
        await ann.put(reaction(message, "🚣"));
        await bob.put(reaction(message, "👍"));
        await bob.put(reaction(message, "🚣"));
        await bob.put(reaction(message, "🚣"));
        await ann.delete(reaction(message, "🚣"));
        await ann.delete(reaction(message, "🚣"));
      });
      const common = { kind: "reaction", target: message.seq } as const;
      expect(events).toMatchObject([
        { ...common, by: ann.id, emoji: "🚣", added: true, count: 1 },
        { ...common, by: bob.id, emoji: "👍", added: true, count: 1 },
        { ...common, by: bob.id, emoji: "🚣", added: true, count: 2 },
        { ...common, by: ann.id, emoji: "🚣", added: false, count: 1 },
      ]);
      const shown = (mine: boolean) => [
        { emoji: "🚣", count: 1, mine },
        { emoji: "👍", count: 1, mine },
      ];
      expect((await read(bob, message)).reactions).toEqual(shown(true));
      expect((await read(ann, message)).reactions).toEqual(shown(false));
    });

    test("A reaction is answered with the message as its user sees it", async () => {
      const message = await send(ann);
      expect(await bob.put(reaction(message, "❤"))).toMatchObject({
        status: 200,
        body: { seq: message.seq, reactions: [{ emoji: "❤️", count: 1, mine: true }] },
      });
      expect(await bob.delete(reaction(message, "❤️"))).toMatchObject({
        status: 200,
        body: { reactions: [] },
      });
    });

    test("A reaction is one emoji, and only members may react", async () => {
      const message = await send(ann);
      for (const text of ["ok", "👍👍", "1", "%"])
        expect(code(await ann.put(reaction(message, text)))).toBe("invalid");
      expect(code(await eve.put(reaction(message, "👍")))).toBe("not_found");
      const open = (await ann.post("/chats", { kind: "channel", name: "open" })).body.id;
      await ann.patch(`/chats/${open}`, { visibility: "public" });
      expect(code(await eve.put(reaction(await send(ann, "hi", open), "👍")))).toBe("forbidden");
    });

    test("A message has at most fifty different emojis, and any number of users for each", async () => {
      const message = await send(ann);
      const emojis = Array.from({ length: 51 }, (_, n) => String.fromCodePoint(0x1f600 + n));
      const answers = [];
      for (const emoji of emojis) answers.push(await ann.put(reaction(message, emoji)));
      expect(answers.slice(0, 50).every(({ status }) => status === 200)).toBe(true);
      expect(answers.map(code)[50]).toBe("invalid");
      expect((await bob.put(reaction(message, emojis[0] ?? ""))).status).toBe(200);
    });
  });

  test("The event of an edit has the reactions of the message, and marks none as the reader's own", async () => {
    const message = await send(ann);
    await bob.put(reaction(message, "👍"));
    const events = await eventsOf(() => ann.patch(at(message), { body: "edited" }));
    expect(events).toMatchObject([
      { kind: "edit", message: { reactions: [{ emoji: "👍", count: 1, mine: false }] } },
    ]);
  });
});
