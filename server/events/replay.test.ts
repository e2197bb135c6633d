import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Database } from "@parley/db/open";
import { countStatements } from "../testing/count-statements.ts";
import { forEachDatabase } from "../testing/database.ts";
import { openTestServer, type Person, type TestServer } from "../testing/test-server.ts";
import { createUserView } from "../users/user-view.ts";
import { createReplay } from "./replay.ts";
import { createReplaySet } from "./replay-ranges.ts";

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
    const { showNeutral } = directory(counted.db);
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

  test("many chats are read together as they are one by one, with as many statements as one", async () => {
    const counted = countStatements(db());
    const { showNeutral } = directory(counted.db);
    const deps = { db: counted.db, showNeutral };
    const [replay, set] = [createReplay({ db: db(), showNeutral }), createReplaySet(deps)];
    const chats = [chat];
    for (let n = 0; n < 5; n++) {
      chat = (await ann.post("/chats", { kind: "group", members: [bob.id] })).body.id;
      chats.push(chat);
      await doAllThereIs();
    }
    const readTogether = async (some: string[]) => {
      const before = counted.statements();
      const heads = await set.heads(some);
      const ranges = some.map((id) => ({ chat: id, after: 1, upTo: heads.get(id) ?? 0 }));
      return { events: await set.events(ranges), statements: counted.statements() - before };
    };
    const [all, one] = [await readTogether(chats), await readTogether([chat])];
    expect(all.statements).toBe(one.statements);
    for (const id of chats) expect(all.events.get(id)).toEqual(await replay(id, 1, 1_000));
    const [first = "", second = ""] = chats;
    const parts = await set.events([
      { chat: first, after: 2, upTo: 4 },
      { chat: second, after: 3, upTo: 3 },
    ]);
    expect(parts.get(first)).toEqual(await replay(first, 2, 2));
    expect(parts.get(second)).toBeUndefined();
  });
});

function directory(db: Database) {
  return createUserView({
    db,
    avatars: { dataUrls: async () => new Map() },
    presence: { isOnline: () => false },
  });
}
