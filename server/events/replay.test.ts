import { afterAll, beforeAll, expect, test } from "bun:test";
import { ChatEvent } from "@parley/contracts/events";
import type { Database } from "@parley/db/open";
import * as v from "valibot";
import { chatChanged } from "../chats/chat-kinds.ts";
import { createEventKinds } from "../event-kinds.ts";
import { countStatements } from "../testing/count-statements.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import { openChatReplay, openEventLog, UNKNOWN_USERS } from "../testing/open-event-log.ts";
import { openTestServer, type Person, type TestServer } from "../testing/test-server.ts";
import { createUserView } from "../users/user-view.ts";
import type { EventKinds } from "./kinds.ts";
import { createReplay } from "./replay.ts";

onTestDatabase((db) => {
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

  test("Every range is replayed without holes, with the same number of statements", async () => {
    const counted = countStatements(db());
    const replay = openChatReplay(counted.db, userView(counted.db));
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
    const parts: ChatEvent[] = [];
    for (let at = 2; at < 47; at += 10) parts.push(...(await replay(chat, at, 10)));
    expect(parts).toEqual([...(await replay(chat, 2, 1_000))]);
  });

  test("A replay of many chats equals a replay of each chat, with as many statements as one chat", async () => {
    const counted = countStatements(db());
    const users = userView(counted.db);
    const replay = openChatReplay(db(), users);
    const set = createReplay({ db: counted.db, kinds: createEventKinds(users) });
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

  test("A member event is replayed although its user is gone", async () => {
    const events = await openChatReplay(db(), UNKNOWN_USERS)(chat, 0, 2);
    expect(events.map(({ seq }) => seq)).toEqual([1, 2]);
    const gone = { username: "", displayName: "", bio: "", role: "member", avatar: null };
    const absent = { online: false, lastSeenAt: null };
    for (const [index, { id }] of [ann, bob].entries()) {
      const createdAt = events[index]?.at;
      const user = { id, ...gone, ...absent, createdAt };
      expect(events[index]).toMatchObject({ kind: "member", action: "joined", user });
    }
    for (const event of events) expect(v.parse(ChatEvent, event)).toEqual(event);
  });

  test("An edit whose message is gone is replayed as a deletion", async () => {
    const author = await insertPerson(db(), "cyd");
    const room = await insertChat(db(), "group", [author]);
    const log = openEventLog(db());
    const draft = { chat: room, clientId: crypto.randomUUID(), body: "helo" };
    const { seq } = await log.send(author, draft);
    await log.changes.edit(author, { chat: room, seq }, "hello");
    await db().deleteFrom("messages").where("chat_id", "=", room).execute();
    const [event] = await openChatReplay(db())(room, seq, 1);
    const at = event?.at;
    expect(event).toEqual({
      seq: seq + 1,
      kind: "delete",
      at: at as string,
      by: author,
      target: seq,
    });
  });

  test("An event of a kind that a newer server stored keeps its place", async () => {
    const author = await insertPerson(db(), "dan");
    const room = await insertChat(db(), "group", [author]);
    const fields = {
      chat: room,
      by: author,
      name: "room",
      topic: "",
      visibility: "private",
    } as const;
    await openEventLog(db()).transact(({ append }) => append(chatChanged(fields)));
    const { chat: _, ...olderKinds } = createEventKinds(UNKNOWN_USERS);
    const replay = createReplay({ db: db(), kinds: olderKinds as EventKinds });
    const events = await replay.events([{ chat: room, after: 0, upTo: 1 }]);
    expect(events.get(room)).toEqual([
      { seq: 1, kind: "chat", at: expect.any(String), by: author } as unknown as ChatEvent,
    ]);
  });
});

function userView(db: Database) {
  return createUserView({
    db,
    avatars: { dataUrls: async () => new Map() },
    presence: { isOnline: () => false },
  });
}
