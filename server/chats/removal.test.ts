import { afterAll, beforeAll, expect, test } from "bun:test";
import { eventually } from "@parley/platform/testing/eventually";
import { sql } from "kysely";
import { onTestDatabase } from "../testing/database.ts";
import { openTestServer, type Person, type TestServer } from "../testing/test-server.ts";

/** Twenty slices. */
const MESSAGES = 20_000;

onTestDatabase((db) => {
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

  const isGone = async (chat: string) => Object.keys(await rowsOf(chat)).length === 0;
  const untilEmpty = (chat: string) => eventually(() => isGone(chat));

  /** A public channel of Ann with messages that no server sent, of which each has a reaction. */
  async function largeChannel(ann: Person, messages: number): Promise<string> {
    const creation = { kind: "channel", name: "large", visibility: "public" };
    const { id: chat } = (await ann.post("/chats", creation)).body;
    const [first, last] = [2, messages + 1];
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select ${chat}, seq, ${ann.id}, gen_random_uuid(), 'message ' || seq, now()
      from generate_series(${first}::bigint, ${last}::bigint) as seq
    `.execute(db());
    await sql`
      insert into reactions (chat_id, seq, user_id, emoji, since)
      select ${chat}, seq, ${ann.id}, '👍', seq
      from generate_series(${first}::bigint, ${last}::bigint) as seq
    `.execute(db());
    await sql`update chats set last_seq = ${last} where id = ${chat}`.execute(db());
    return chat;
  }

  /** @returns a function that reads how many messages or reactions each statement deleted since. */
  async function recordDeletions(): Promise<() => Promise<number[]>> {
    await sql`create table deletions (rows integer)`.execute(db());
    await sql`
      create function record_deletion() returns trigger language plpgsql as $$ begin
        insert into deletions select count(*) from deleted;
        return null;
      end $$
    `.execute(db());
    for (const table of ["messages", "reactions"])
      await sql`
        create trigger recorded after delete on ${sql.table(table)} referencing old table as deleted
        for each statement execute function record_deletion()
      `.execute(db());
    return async () => {
      const { rows } = await sql<{ rows: number }>`select rows from deletions`.execute(db());
      return rows.map((row) => row.rows);
    };
  }

  async function countMessages(chat: string): Promise<number> {
    return (await rowsOf(chat))["messages"] ?? 0;
  }

  test("A removed channel is invisible at once, while its rows are deleted in slices and others talk", async () => {
    const [ann, bob] = [await server.person("ann"), await server.person("bob")];
    const chat = await largeChannel(ann, MESSAGES);
    const deletions = await recordDeletions();
    await bob.post(`/chats/${chat}/join`);
    const { id: other } = (await bob.post("/chats", { kind: "group", name: "neighbours" })).body;
    expect((await ann.delete(`/chats/${chat}`)).status).toBe(204);
    expect((await bob.get(`/chats/${chat}`)).status).toBe(404);
    expect((await bob.get(`/messages?chat=${chat}`)).status).toBe(404);
    expect((await bob.post(`/chats/${chat}/join`)).status).toBe(404);
    const draft = { chat, clientId: crypto.randomUUID(), body: "hello?" };
    expect((await bob.post("/messages", draft)).status).toBe(403);
    expect(await countMessages(chat)).toBeGreaterThan(0);
    let sent = 0;
    for (; !(await isGone(chat)); sent++)
      await bob.post("/messages", { chat: other, clientId: crypto.randomUUID(), body: "hello" });
    expect(sent).toBeGreaterThan(3);
    const deleted = await deletions();
    expect(Math.max(...deleted)).toBeLessThanOrEqual(1_000);
    expect(deleted.reduce((sum, rows) => sum + rows, 0)).toBe(2 * MESSAGES);
  });

  test("A server that stops during a removal leaves the rest to the next server", async () => {
    const stopped = openTestServer(db());
    const ann = await stopped.person("ann");
    const chat = await largeChannel(ann, MESSAGES);
    await ann.delete(`/chats/${chat}`);
    await eventually(async () => (await countMessages(chat)) < MESSAGES);
    await stopped[Symbol.asyncDispose]();
    const left = await countMessages(chat);
    expect(left).toBeGreaterThan(0);
    await Bun.sleep(50);
    expect(await countMessages(chat)).toBe(left);
    await using _next = openTestServer(db());
    await untilEmpty(chat);
  });

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
    await untilEmpty(removed);
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
      await untilEmpty(chat);
    }
  });
});
