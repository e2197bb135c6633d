import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import { createLog } from "@parley/platform/process/log";
import { sql } from "kysely";
import { forEachDatabase } from "../testing/database.ts";
import { eventually } from "../testing/eventually.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";

import { openEventLog } from "../testing/open-event-log.ts";

import { startIndexer } from "./indexer.ts";
import { searchMessages } from "./search.ts";
import { completesPassage, findLagging, PASSAGE, writePassages } from "./search-chunks.ts";

const log = createLog("test", "silent");
const eventAt = (seq: number) => ({ seq }) as ChatEvent;

test("a passage is complete with its last place, and not before", () => {
  expect(completesPassage(1, PASSAGE - 2)).toBe(false);
  expect(completesPassage(PASSAGE - 1, PASSAGE - 1)).toBe(true);
  expect(completesPassage(PASSAGE, PASSAGE)).toBe(false);
  expect(completesPassage(1, 5 * PASSAGE)).toBe(true);
});

forEachDatabase((db) => {
  let ann: string;
  beforeAll(async () => {
    ann = await insertPerson(db(), "ann");
  });
  const opened = new AsyncDisposableStack();
  afterAll(() => opened.disposeAsync());

  /** A chat of so many messages, a second apart; the body of each says its `seq`. */
  async function chatOf(count: number, body = (seq: number) => `word${seq}.`): Promise<string> {
    const chat = await insertChat(db(), "group", [ann]);
    const bodies = Array.from({ length: count }, (_, index) => body(index + 1));
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select ${chat}, n, ${ann}, gen_random_uuid(), body,
        timestamptz '2026-01-01' + n * interval '1 second'
      from unnest(${bodies}::text[]) with ordinality as said (body, n)
    `.execute(db());
    await sql`update chats set last_seq = ${count} where id = ${chat}`.execute(db());
    return chat;
  }

  async function writeAll(chat: string): Promise<void> {
    while (await writePassages(db(), chat));
  }

  const passagesOf = (chat: string) =>
    db()
      .selectFrom("passages")
      .selectAll()
      .where("chat_id", "=", chat)
      .orderBy("passage")
      .execute();

  /** The `seq`s that a search finds, page by page, in the order of the pages. */
  async function find(chat: string, query: string, limit = 100): Promise<number[]> {
    const found: number[] = [];
    let before: Parameters<typeof searchMessages>[3];
    do {
      const { places, next } = await searchMessages(db(), [chat], query, before, limit);
      found.push(...places.map(({ seq }) => seq));
      before = next ?? undefined;
    } while (before);
    return found;
  }

  test("the complete passages of a chat are written in order, each once", async () => {
    const chat = await chatOf(40 * PASSAGE + 5);
    await Promise.all([writeAll(chat), writeAll(chat)]);
    const passages = await passagesOf(chat);
    expect(passages.map(({ passage }) => passage)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(passages[1]?.words).toStartWith(`word${PASSAGE}.\nword${PASSAGE + 1}.\n`);
    expect(await findLagging(db())).not.toContain(chat);
  });

  test("search finds the same however far the passages are written", async () => {
    const chat = await chatOf(40 * PASSAGE);
    const expected = [2077, 1777, 1077, 977, 777, 377, 177, 77];
    const query = "77.";
    const found: number[][] = [await find(chat, query)];
    for (let more = true; more; found.push(await find(chat, query)))
      more = await writePassages(db(), chat);
    for (const seqs of found)
      expect(seqs.filter((seq) => expected.includes(seq))).toEqual(expected);
    expect(new Set(found.map(String)).size).toBe(1);
    expect(await find(chat, "word77.")).toEqual([77]);
  });

  test("a word that is neither rare nor common is found whole, page by page", async () => {
    const chat = await chatOf(300 * PASSAGE, (seq) => (seq % PASSAGE === 7 ? "sparse" : "much"));
    await writeAll(chat);
    const all = Array.from({ length: 300 }, (_, n) => (299 - n) * PASSAGE + 7);
    for (const limit of [7, 100]) expect(await find(chat, "sparse", limit)).toEqual(all);
  });

  test("an edited or deleted message changes what its passage says", async () => {
    const chat = await chatOf(30 * PASSAGE);
    await writeAll(chat);
    const [change, name] = [openEventLog(db()).changes, { chat, seq: 3 }];
    await change.edit(ann, name, "appearing");
    await change.remove(ann, { chat, seq: 4 });
    expect(await find(chat, "appearing")).toEqual([3]);
    expect([...(await find(chat, "word3.")), ...(await find(chat, "word4."))]).toEqual([]);
    expect((await passagesOf(chat))[0]?.words).not.toMatch(/word[34]\./);
  });

  test("an edit while its passage is written is not forgotten", async () => {
    const change = openEventLog(db()).changes;
    for (let round = 0; round < 10; round++) {
      const chat = await chatOf(20 * PASSAGE);
      await Promise.all([writeAll(chat), change.edit(ann, { chat, seq: 5 }, "meanwhile")]);
      await writeAll(chat);
      expect(await find(chat, "meanwhile")).toEqual([5]);
    }
  });

  test("the indexer writes what it is told of, and what it finds at its start", async () => {
    const before = await chatOf(PASSAGE);
    const indexer = opened.use(startIndexer({ db: db(), log }));
    await eventually(async () => (await passagesOf(before)).length === 1);
    const after = await chatOf(3 * PASSAGE);
    indexer.onCommitted(after, [eventAt(1), eventAt(3 * PASSAGE)]);
    await eventually(async () => (await passagesOf(after)).length === 3);
  });

  test("the indexer goes on after the database failed", async () => {
    const chat = await chatOf(PASSAGE);
    let failures = 2;
    const failing = new Proxy(db(), {
      get(target, key) {
        if (key === "transaction" && failures-- > 0) throw new Error("the database is away");
        const value = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    opened.use(startIndexer({ db: failing, log }));
    await eventually(async () => (await passagesOf(chat)).length === 1);
  });
});
