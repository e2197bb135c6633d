import { beforeAll, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import type { Draft, Message } from "@parley/contracts/messages";
import type { Database } from "@parley/db/open";
import type { Refusal } from "@parley/platform/http/problem";
import { memberChanged } from "../chats/chat-kinds.ts";
import { readPage } from "../messages/history.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertFile, insertPerson, usernameOf } from "../testing/insert-people.ts";
import { openEventLog } from "../testing/open-event-log.ts";

/** An event log with users, a room and a direct chat, and the events that it published in the room. */
async function openWorld(db: Database, options: { deadlineMs?: number } = {}) {
  const [ann, bob, cyd] = await Promise.all(
    ["ann", "bob", "cyd"].map((name) => insertPerson(db, name)),
  );
  if (!(ann && bob && cyd)) throw new Error("a user is missing");
  const room = await insertChat(db, "group", [ann, bob]);
  const direct = await insertChat(db, "direct", [ann, bob]);
  const published: ChatEvent[] = [];
  const heads = new Map([[room, 0]]);
  const writer = openEventLog(db, {
    ...options,
    head: (id) => heads.get(id),
    onPublished(id, events) {
      if (id !== room) return;
      published.push(...events);
      heads.set(id, events.at(-1)?.seq ?? 0);
    },
  });
  const draft = (body: string, more: Partial<Draft> = {}): Draft => ({
    chat: room,
    clientId: crypto.randomUUID(),
    body,
    ...more,
  });
  return { writer, ann, bob, cyd, room, direct, draft, published, heads };
}

const code = (settled: PromiseSettledResult<unknown>) =>
  settled.status === "rejected" ? (settled.reason as Refusal).code : "stored";

onTestDatabase((db) => {
  let world: Awaited<ReturnType<typeof openWorld>>;
  beforeAll(async () => {
    world = await openWorld(db());
  });

  test("A rejected message leaves no hole between the other messages of its batch", async () => {
    const { writer, ann, bob, cyd, draft, published } = world;
    const settled = await Promise.allSettled([
      writer.send(ann, draft("one")),
      writer.send(cyd, draft("not a member")),
      writer.send(bob, draft("two", { replyTo: 1 })),
      writer.send(bob, draft(" ")),
      writer.send(ann, draft("a reply to nothing", { replyTo: 77 })),
      writer.send(ann, draft("three")),
    ]);
    expect(settled.map(code)).toEqual([
      "stored",
      "forbidden",
      "stored",
      "invalid",
      "invalid",
      "stored",
    ]);
    expect(published.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test("A message that is sent twice is stored once, within a batch and across batches", async () => {
    const { writer, ann, draft, published } = world;
    const twin = draft("once");
    const before = published.length;
    const sent = await Promise.all([writer.send(ann, twin), writer.send(ann, twin)]);
    sent.push(await writer.send(ann, { ...twin, clientId: twin.clientId.toUpperCase() }));
    expect(new Set(sent.map(({ seq }) => seq)).size).toBe(1);
    expect(sent.filter(({ message }) => message !== null)).toHaveLength(1);
    expect(published).toHaveLength(before + 1);
  });

  test("A block rejects messages in both directions until it expires", async () => {
    const { writer, ann, bob, direct, draft } = world;
    const block = { blocker_id: bob, blocked_id: ann };
    const inAMinute = new Date(Date.now() + 60_000);
    await db()
      .insertInto("blocks")
      .values({ ...block, expires_at: inAMinute })
      .execute();
    const words = () => draft("hello?", { chat: direct });
    const during = [writer.send(ann, words()), writer.send(bob, words())];
    expect((await Promise.allSettled(during)).map(code)).toEqual(["blocked", "blocked"]);
    const expires_at = new Date(Date.now() + 20);
    await db().updateTable("blocks").set({ expires_at }).where("blocker_id", "=", bob).execute();
    await Bun.sleep(expires_at.getTime() - Date.now() + 1);
    await writer.send(ann, words());
  });

  test("A change takes its place among the messages, and a failed change leaves nothing", async () => {
    const { writer, ann, bob, room, draft, published } = world;
    const before = published.at(-1)?.seq ?? 0;
    const muted = { chat: room, by: ann, user: bob, role: "member", mutedUntil: null } as const;
    await Promise.all([
      writer.send(ann, draft("before")),
      writer.transact(({ append }) => append(memberChanged({ ...muted, action: "role" }))),
      writer
        .transact(async ({ append }) => {
          await append(memberChanged({ ...muted, action: "muted" }));
          throw new Error("changed my mind");
        })
        .catch(() => {}),
      writer.send(ann, draft("after")),
    ]);
    const { last_seq } = await db()
      .selectFrom("chats")
      .select("last_seq")
      .where("id", "=", room)
      .executeTakeFirstOrThrow();
    expect(last_seq).toBe(before + 3);
  });

  test("An event that was committed but not published is published before the next", async () => {
    const { writer, ann, room, draft, published, heads } = world;
    const { seq } = await writer.send(ann, draft("a"));
    heads.set(room, seq - 1);
    published.length = 0;
    await writer.send(ann, draft("b"));
    await writer.drain();
    expect(published.map((event) => event.seq)).toEqual([seq, seq + 1]);
  });

  test("A catch-up publishes the last event when it was committed but not published", async () => {
    const { writer, ann, room, draft, published, heads } = world;
    const { seq } = await writer.send(ann, draft("the tail"));
    await writer.drain();
    heads.set(room, seq - 1);
    published.length = 0;
    await writer.catchUp(new Map([[room, seq]]));
    expect(published.map((event) => event.seq)).toEqual([seq]);
    await writer.catchUp(new Map([[room, seq]]));
    expect(published).toHaveLength(1);
  });

  test("The queue refuses a message when twenty thousand wait, and stores the others", async () => {
    const { writer, ann, draft } = world;
    const sends = Array.from({ length: 20_002 }, (_, n) => writer.send(ann, draft(`${n}`)));
    const codes = (await Promise.allSettled(sends)).map(code);
    // The first message is taken from the queue at once.
    expect(codes.filter((of) => of === "stored")).toHaveLength(20_001);
    expect(codes.at(-1)).toBe("overloaded");
  });

  test("A change that hangs is refused at its deadline, and so is a message behind it", async () => {
    const { writer, ann, draft } = await openWorld(db(), { deadlineMs: 100 });
    const hanging = Promise.withResolvers<void>();
    const waiting = [writer.transact(() => hanging.promise), writer.send(ann, draft("behind"))];
    expect((await Promise.allSettled(waiting)).map(code)).toEqual(["unavailable", "unavailable"]);
    hanging.resolve();
    await writer.drain();
  });

  test("A message waits for one of many changes, and a change for the messages before it", async () => {
    const { writer, ann, bob, room, draft } = world;
    const done: string[] = [];
    const change = (name: string) =>
      writer
        .transact(({ append }) =>
          append(
            memberChanged({
              chat: room,
              by: ann,
              user: bob,
              action: "role",
              role: "admin",
              mutedUntil: null,
            }),
          ),
        )
        .then(() => done.push(name));
    const send = (name: string) => writer.send(bob, draft(name)).then(() => done.push(name));
    const changes = [change("1"), change("2"), change("3"), change("4")];
    await Promise.all([...changes, send("a"), send("b"), change("5"), send("c")]);
    expect(done).toEqual(["1", "a", "b", "c", "2", "3", "4", "5"]);
  });

  test("A job that is queued at the moment the queue becomes empty is run", async () => {
    const { writer, ann, draft } = world;
    for (let n = 0; n < 50; n++) {
      const first = writer.send(ann, draft(`first ${n}`));
      await Promise.all([first, first.then(() => writer.send(ann, draft(`second ${n}`)))]);
    }
  });

  test("A message has files of its sender alone, in the order of the draft", async () => {
    const { writer, ann, bob, draft } = world;
    const [one, two, foreign] = await Promise.all([
      insertFile(db(), ann, "one.txt"),
      insertFile(db(), ann, "two.txt"),
      insertFile(db(), bob, "bob.txt"),
    ]);
    const held = await writer.send(ann, draft("", { files: [two, one] }));
    expect(held.message?.files.map(({ name }) => name)).toEqual(["two.txt", "one.txt"]);
    const settled = await Promise.allSettled([
      writer.send(ann, draft("not mine", { files: [one, foreign] })),
      writer.send(ann, draft("not world", { files: [Bun.randomUUIDv7()] })),
    ]);
    expect(settled.map(code)).toEqual(["invalid", "invalid"]);
    const page = await readPage(db(), bob, held.chat, { from: "after", seq: held.seq - 1 }, 1);
    expect(page?.messages).toEqual([held.message as Message]);
  });

  test("A mention is stored for members, but not for the sender", async () => {
    const { writer, ann, bob, cyd, room, draft } = world;
    const body = `@${usernameOf("bob", bob)} @${usernameOf("ann", ann)} @${usernameOf("cyd", cyd)}`;
    const { seq } = await writer.send(ann, draft(body));
    const rows = await db()
      .selectFrom("mentions")
      .select("user_id")
      .where("chat_id", "=", room)
      .where("seq", "=", seq)
      .execute();
    expect(rows.map(({ user_id }) => user_id)).toEqual([bob]);
  });
});
