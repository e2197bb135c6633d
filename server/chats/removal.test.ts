import { afterAll, beforeAll, expect, test } from "bun:test";
import { sql } from "kysely";
import { forEachDatabase } from "../testing/database.ts";
import { openTestServer, type TestServer } from "../testing/test-server.ts";

forEachDatabase((db) => {
  let server: TestServer;
  beforeAll(() => {
    server = openTestServer(db());
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** @returns the number of a chat's rows in each table that has any. */
  async function rowsOf(chat: string): Promise<Record<string, number>> {
    const { rows: tables } = await sql<{ name: string }>`
      select table_name as name from information_schema.columns
      where column_name = 'chat_id' and table_schema = 'public'
    `.execute(db());
    const counts: Record<string, number> = {};
    for (const { name } of tables) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::int as count from ${sql.table(name)} where chat_id = ${chat}
      `.execute(db());
      if (rows[0]?.count) counts[name] = rows[0].count;
    }
    return counts;
  }

  test("Removing a chat deletes all its rows and no rows of another chat", async () => {
    const ann = await server.person("ann");
    const bob = await server.person("bob");
    const chats: string[] = [];
    for (const name of ["removed", "kept"]) {
      const { id } = (await ann.post("/chats", { kind: "group", name, members: [bob.id] })).body;
      chats.push(id);
      for (const body of ["hello", "hello @bob", "bye"])
        await ann.post("/messages", { chat: id, clientId: crypto.randomUUID(), body });
      await bob.put(`/messages/${id}/3/reactions/👍`);
    }
    const [removed = "", kept = ""] = chats;
    const before = await rowsOf(kept);
    expect(Object.keys(before)).toEqual(expect.arrayContaining(["messages", "members", "changes"]));
    expect(Object.keys(await rowsOf(removed)).toSorted()).toEqual(Object.keys(before).toSorted());
    expect((await ann.delete(`/chats/${removed}`)).status).toBe(204);
    expect(await rowsOf(removed)).toEqual({});
    expect(await rowsOf(kept)).toEqual(before);
  });

  test("Messages that are sent while a chat is removed leave no rows", async () => {
    const ann = await server.person("ann");
    for (let round = 0; round < 5; round++) {
      const { id: chat } = (await ann.post("/chats", { kind: "group", name: "soon gone" })).body;
      const say = () =>
        ann.post("/messages", { chat, clientId: crypto.randomUUID(), body: "hello" });
      const answers = await Promise.all([say(), say(), ann.delete(`/chats/${chat}`), say(), say()]);
      expect(answers[2]?.status).toBe(204);
      expect(await rowsOf(chat)).toEqual({});
    }
  });
});
