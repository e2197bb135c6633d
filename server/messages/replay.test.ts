import { afterAll, beforeAll, expect, test } from "bun:test";
import { countStatements } from "../testing/count-statements.ts";
import { forEachDatabase } from "../testing/database.ts";
import { openTestServer, type Person, type TestServer } from "../testing/test-server.ts";
import { createUserDirectory } from "../users/user-view.ts";
import { createReplay } from "./replay.ts";

forEachDatabase((db) => {
  let server: TestServer;
  let ann: Person;
  let bob: Person;
  let chat: string;

  beforeAll(async () => {
    server = openTestServer(db());
    ann = await server.person("ann");
    bob = await server.person("bob");
    chat = (await ann.post("/chats", { kind: "group", members: [bob.id] })).body.id;
  });
  afterAll(() => server[Symbol.asyncDispose]());

  async function doAllThereIs(): Promise<void> {
    const draft = { chat, clientId: crypto.randomUUID(), body: "hello" };
    const { body: message } = await ann.post("/messages", draft);
    const path = `/messages/${chat}/${message.seq}`;
    await bob.put(`${path}/reactions/👍`);
    await ann.patch(path, { body: "edited" });
    await bob.delete(`${path}/reactions/👍`);
    await ann.patch(`/chats/${chat}`, { name: crypto.randomUUID() });
    await ann.put(`/chats/${chat}/members/${bob.id}`, { role: "admin" });
    await ann.put(`/chats/${chat}/members/${bob.id}`, { role: "member" });
    const { body: other } = await bob.post("/messages", {
      ...draft,
      clientId: crypto.randomUUID(),
    });
    await ann.delete(`/messages/${chat}/${other.seq}`);
  }

  test("any range comes without holes, with as many statements as any other", async () => {
    const counted = countStatements(db());
    const { showNeutral } = createUserDirectory({
      db: counted.db,
      avatars: { dataUrls: async () => new Map() },
      presence: { isOnline: () => false },
    });
    const replay = createReplay({ db: counted.db, showNeutral });
    const range = async (after: number) => {
      const before = counted.statements();
      const events = await replay(chat, after, 1_000);
      return { seqs: events.map(({ seq }) => seq), statements: counted.statements() - before };
    };
    await doAllThereIs();
    const few = await range(2);
    for (let n = 0; n < 4; n++) await doAllThereIs();
    const many = await range(2);
    expect(many.statements).toBe(few.statements);
    expect(few.seqs).toEqual(Array.from({ length: 9 }, (_, n) => n + 3));
    expect(many.seqs).toEqual(Array.from({ length: 45 }, (_, n) => n + 3));
    const parts = [];
    for (let at = 2; at < 47; at += 10) parts.push(...(await replay(chat, at, 10)));
    expect(parts).toEqual(await replay(chat, 2, 1_000));
  });
});
