import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "kysely";
import { countStatements } from "../testing/count-statements.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat } from "../testing/insert-people.ts";
import { openTestServer, type Person, type TestServer } from "../testing/test-server.ts";
import { createUserView } from "../users/user-view.ts";
import { createChatView } from "./chat-view.ts";

onTestDatabase((db) => {
  let server: TestServer;
  let ann: Person;
  beforeAll(async () => {
    server = openTestServer(db());
    ann = await server.person("ann");
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function makeChats(): Promise<void> {
    const peer = await server.person("peer");
    for (const wish of [
      { kind: "channel", name: "general" },
      { kind: "direct", members: [peer.id] },
    ]) {
      const { body } = await ann.post("/chats", wish);
      const message = { chat: body.id, clientId: crypto.randomUUID(), body: "hello" };
      await ann.post("/messages", message);
    }
  }

  test("Showing many chats needs as many statements as showing few", async () => {
    const counted = countStatements(db());
    const users = createUserView({
      db: counted.db,
      avatars: { dataUrls: async () => new Map() },
      presence: { isOnline: () => false },
    });
    const chats = createChatView({ db: counted.db, users });
    const taken = async () => {
      const before = counted.statements();
      const start = await chats.startFor(ann.id, counted.db);
      const { length } = start.show(await users.show(ann.id, start.users)).chats;
      return { length, statements: counted.statements() - before };
    };
    await makeChats();
    const few = await taken();
    await makeChats();
    await makeChats();
    expect(await taken()).toEqual({ length: 6, statements: few.statements });
  });

  test("Chats of equal activity are ordered by creation, the newest first", async () => {
    const eve = await server.person("eve");
    const [first = "", second = "", third = ""] = await Promise.all(
      Array.from({ length: 3 }, () => insertChat(db(), "group", [ann.id])),
    ).then((ids) => ids.toSorted());
    for (const chat_id of [second, third, first])
      await db()
        .insertInto("members")
        .values({ chat_id, user_id: eve.id, role: "member" })
        .execute();
    await sql`
      update chats set last_at = '2026-01-01'
      where id = any(${[first, second, third]}::uuid[])
    `.execute(db());
    const { chats } = (await eve.get("/chats")).body;
    expect(chats.map(({ id }: { id: string }) => id)).toEqual([third, second, first]);
  });

  test("The number of members is that of the stored ones, after joining, leaving, adding and removing at once", async () => {
    const { id } = (await ann.post("/chats", { kind: "channel", name: "harbour" })).body;
    const people = await Promise.all(Array.from({ length: 6 }, () => server.person("sailor")));
    const act = async (person: Person, n: number) => {
      await person.post(`/chats/${id}/join`);
      if (n % 3 === 0) await person.post(`/chats/${id}/leave`);
      if (n % 3 === 1) await ann.delete(`/chats/${id}/members/${person.id}`);
      if (n % 3 === 1) await ann.put(`/chats/${id}/members/${person.id}`);
    };
    await Promise.all([...people, ...people].map(act));
    const { members } = (await ann.get(`/chats/${id}/members`)).body;
    expect((await ann.get(`/chats/${id}`)).body.members).toBe(members.length);
  });

  test("A chat that the viewer may not see is left out", async () => {
    const eve = await server.person("eve");
    const { body } = await ann.post("/chats", { kind: "group" });
    const users = createUserView({
      db: db(),
      avatars: { dataUrls: async () => new Map() },
      presence: { isOnline: () => false },
    });
    const chats = createChatView({ db: db(), users });
    expect(await chats.show(eve.id, [body.id])).toEqual([]);
    expect(await chats.show(ann.id, [body.id])).toHaveLength(1);
  });
});
