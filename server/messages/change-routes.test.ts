import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ChatEvent, isKnownEvent } from "@parley/contracts/events";
import { forEachDatabase } from "../testing/database.ts";
import { eventually } from "../testing/eventually.ts";
import {
  framesOf,
  type Json,
  openTestServer,
  type Person,
  type TestServer,
} from "../testing/test-server.ts";

forEachDatabase((db) => {
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

  async function say(who: Person, body = "hello", chat = room): Promise<Json> {
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

  /** The events of the room that somebody hears while `work` is done. */
  async function heard(work: () => Promise<unknown>): Promise<ChatEvent[]> {
    const socket = await server.connect(bob);
    const before = await head();
    await work();
    const after = await head();
    const events = () =>
      framesOf(socket, "events").flatMap((frame) => frame.events.filter(isKnownEvent));
    await eventually(() => before === after || events().at(-1)?.seq === after);
    return events();
  }

  describe("editing", () => {
    test("gives the message other words, and tells all by one event", async () => {
      const message = await say(ann, "helo");
      let answer: Json;
      const [event, ...more] = await heard(async () => {
        answer = await ann.patch(at(message), { body: "hello" });
      });
      expect(answer).toMatchObject({ status: 200, body: { seq: message.seq, body: "hello" } });
      expect(Date.parse(answer.body.editedAt)).toBeGreaterThan(0);
      expect(more).toEqual([]);
      expect(event).toMatchObject({ kind: "edit", by: ann.id, target: message.seq });
      expect(event).toHaveProperty("message", answer.body);
      expect(await read(bob, message)).toEqual(answer.body);
    });

    test("to the same words makes no event", async () => {
      const message = await say(ann, "same");
      const events = await heard(async () => {
        const answer = await ann.patch(at(message), { body: "same" });
        expect(answer).toMatchObject({ status: 200, body: { editedAt: null } });
      });
      expect(events).toEqual([]);
    });

    test("is for the author, and only of what is there", async () => {
      const message = await say(ann);
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

    test("forgets whom the old words mentioned, and remembers whom the new ones do", async () => {
      const message = await say(ann, `@${bob.username}`);
      const mentions = async () => (await bob.get(`/chats/${room}`)).body.mentions;
      const before = await mentions();
      await ann.patch(at(message), { body: "nobody" });
      expect(await mentions()).toBe(before - 1);
      await ann.patch(at(message), { body: `again @${bob.username}` });
      expect(await mentions()).toBe(before);
    });

    test("is refused to who is muted, and in a direct chat with a block", async () => {
      const message = await say(bob);
      const mutedUntil = new Date(Date.now() + 60_000).toISOString();
      await ann.put(`/chats/${room}/members/${bob.id}`, { mutedUntil });
      expect(code(await bob.patch(at(message), { body: "no" }))).toBe("muted");
      expect(code(await bob.put(reaction(message, "👍")))).toBe("muted");
      await ann.put(`/chats/${room}/members/${bob.id}`, { mutedUntil: null });

      const direct = (await ann.post("/chats", { kind: "direct", members: [eve.id] })).body.id;
      const own = await say(ann, "hello", direct);
      await eve.post("/block", { userId: ann.id });
      expect(code(await ann.patch(at(own), { body: "no" }))).toBe("blocked");
      expect(code(await ann.put(reaction(own, "👍")))).toBe("blocked");
      expect(code(await eve.put(reaction(own, "👍")))).toBe("blocked");
      expect((await ann.delete(at(own))).status).toBe(204);
      await eve.delete(`/block/${ann.id}`);
    });
  });

  describe("deleting", () => {
    test("leaves the place, and takes the words out of the database too", async () => {
      const message = await say(bob, `secret @${ann.username}`);
      await ann.put(reaction(message, "👍"));
      const events = await heard(() => bob.delete(at(message)));
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

    test("again makes no event, and nothing else can be done to it", async () => {
      const message = await say(ann);
      await ann.delete(at(message));
      const events = await heard(async () => {
        expect((await ann.delete(at(message))).status).toBe(204);
        expect(code(await ann.patch(at(message), { body: "back" }))).toBe("not_found");
        expect(code(await ann.put(reaction(message, "👍")))).toBe("not_found");
      });
      expect(events).toEqual([]);
    });

    test("is for the author and for the chat's owner and admins", async () => {
      const [hers, his] = [await say(ann), await say(bob)];
      expect(code(await bob.delete(at(hers)))).toBe("forbidden");
      expect(code(await eve.delete(at(hers)))).toBe("not_found");
      expect((await ann.delete(at(his))).status).toBe(204);
      await ann.put(`/chats/${room}/members/${bob.id}`, { role: "admin" });
      expect((await bob.delete(at(hers))).status).toBe(204);
      await ann.put(`/chats/${room}/members/${bob.id}`, { role: "member" });
    });

    test("takes a message out of what is unread", async () => {
      const unread = async () => {
        const { body } = await bob.get(`/chats/${room}`);
        return [body.unread, body.mentions];
      };
      await bob.post(`/chats/${room}/read`, { seq: await head() });
      const [first, second] = [await say(ann, `@${bob.username}`), await say(ann)];
      expect(await unread()).toEqual([2, 1]);
      await ann.delete(at(first));
      expect(await unread()).toEqual([1, 0]);
      await ann.patch(at(second), { body: "changed" });
      expect(await unread()).toEqual([1, 0]);
    });
  });

  describe("reacting", () => {
    test("counts each person once for each emoji, in the order in which they came", async () => {
      const message = await say(ann);
      const events = await heard(async () => {
        await ann.put(reaction(message, "🚣"));
        await bob.put(reaction(message, "👍"));
        await bob.put(reaction(message, "🚣"));
        await bob.put(reaction(message, "🚣"));
        await ann.delete(reaction(message, "🚣"));
        await ann.delete(reaction(message, "🚣"));
      });
      const told = { kind: "reaction", target: message.seq } as const;
      expect(events).toMatchObject([
        { ...told, by: ann.id, emoji: "🚣", added: true, count: 1 },
        { ...told, by: bob.id, emoji: "👍", added: true, count: 1 },
        { ...told, by: bob.id, emoji: "🚣", added: true, count: 2 },
        { ...told, by: ann.id, emoji: "🚣", added: false, count: 1 },
      ]);
      const shown = (mine: boolean) => [
        { emoji: "🚣", count: 1, mine },
        { emoji: "👍", count: 1, mine },
      ];
      expect((await read(bob, message)).reactions).toEqual(shown(true));
      expect((await read(ann, message)).reactions).toEqual(shown(false));
    });

    test("is answered with the message as the caller sees it", async () => {
      const message = await say(ann);
      expect(await bob.put(reaction(message, "❤"))).toMatchObject({
        status: 200,
        body: { seq: message.seq, reactions: [{ emoji: "❤️", count: 1, mine: true }] },
      });
      expect(await bob.delete(reaction(message, "❤️"))).toMatchObject({
        status: 200,
        body: { reactions: [] },
      });
    });

    test("takes one emoji, from members alone", async () => {
      const message = await say(ann);
      for (const text of ["ok", "👍👍", "1", "%"])
        expect(code(await ann.put(reaction(message, text)))).toBe("invalid");
      expect(code(await eve.put(reaction(message, "👍")))).toBe("not_found");
      const open = (await ann.post("/chats", { kind: "channel", name: "open" })).body.id;
      await ann.patch(`/chats/${open}`, { visibility: "public" });
      expect(code(await eve.put(reaction(await say(ann, "hi", open), "👍")))).toBe("forbidden");
    });

    test("holds fifty different emojis and no more, but more people", async () => {
      const message = await say(ann);
      const emojis = Array.from({ length: 51 }, (_, n) => String.fromCodePoint(0x1f600 + n));
      const answers = [];
      for (const emoji of emojis) answers.push(await ann.put(reaction(message, emoji)));
      expect(answers.slice(0, 50).every(({ status }) => status === 200)).toBe(true);
      expect(answers.map(code)[50]).toBe("invalid");
      expect((await bob.put(reaction(message, emojis[0] ?? ""))).status).toBe(200);
    });
  });

  test("an edit's event has the reactions that the message had, and nobody's own", async () => {
    const message = await say(ann);
    await bob.put(reaction(message, "👍"));
    const events = await heard(() => ann.patch(at(message), { body: "edited" }));
    expect(events).toMatchObject([
      { kind: "edit", message: { reactions: [{ emoji: "👍", count: 1, mine: false }] } },
    ]);
  });
});
