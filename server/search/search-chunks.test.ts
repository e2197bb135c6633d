import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ChatEvent } from "@parley/contracts/events";
import type { ChatId } from "@parley/contracts/ids";
import { createLog } from "@parley/platform/process/log";
import { eventually } from "@parley/platform/testing/eventually";
import { sql } from "kysely";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";

import { openEventLog } from "../testing/open-event-log.ts";

import { startIndexer } from "./indexer.ts";
import {
  CHUNK_SIZE,
  completesChunk,
  findLagging,
  refreshChunk,
  writeChunks,
} from "./search-chunks.ts";
import type { Place } from "./search-cursor.ts";
import { searchMessages } from "./search-messages.ts";
import { searchTerms } from "./search-terms.ts";

const log = createLog("test", "silent");
const eventAt = (seq: number) => ({ seq }) as ChatEvent;

test("A chunk is complete when its last place is taken", () => {
  expect(completesChunk(1, CHUNK_SIZE - 2)).toBe(false);
  expect(completesChunk(CHUNK_SIZE - 1, CHUNK_SIZE - 1)).toBe(true);
  expect(completesChunk(CHUNK_SIZE, CHUNK_SIZE)).toBe(false);
  expect(completesChunk(1, 5 * CHUNK_SIZE)).toBe(true);
});

onTestDatabase((db) => {
  let ann: string;
  beforeAll(async () => {
    ann = await insertPerson(db(), "ann");
  });
  const opened = new AsyncDisposableStack();
  afterAll(() => opened.disposeAsync());

  /** Inserts a chat of `count` messages, a second apart; the body of each contains its `seq`. */
  async function chatOf(count: number, body = (seq: number) => `word${seq}.`): Promise<string> {
    const chat = await insertChat(db(), "group", [ann]);
    const bodies = Array.from({ length: count }, (_, index) => body(index + 1));
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select ${chat}, n, ${ann}, gen_random_uuid(), body,
        timestamptz '2026-01-01' + n * interval '1 second'
      from unnest(${bodies}::text[]) with ordinality as input (body, n)
    `.execute(db());
    await sql`update chats set last_seq = ${count} where id = ${chat}`.execute(db());
    return chat;
  }

  async function writeAll(chat: string): Promise<void> {
    while (await writeChunks(db(), chat));
    while (await refreshChunk(db(), chat));
  }

  const chunksOf = (chat: string) =>
    db()
      .selectFrom("search_chunks")
      .selectAll()
      .where("chat_id", "=", chat)
      .orderBy("chunk")
      .execute();

  /** The `seq`s that a search finds on all pages, in their order. */
  async function find(chat: string, query: string, limit = 100): Promise<number[]> {
    const found: number[] = [];
    const search = { chats: [chat as ChatId], terms: searchTerms(query), limit };
    for (let before: Place | null | undefined; before !== null; ) {
      const page = await searchMessages(db(), { ...search, before });
      found.push(...page.places.map(({ seq }) => seq));
      before = page.next;
    }
    return found;
  }

  test("The complete chunks of a chat are written in order, each once", async () => {
    const chat = await chatOf(40 * CHUNK_SIZE + 5);
    await Promise.all([writeAll(chat), writeAll(chat)]);
    const chunks = await chunksOf(chat);
    expect(chunks.map(({ chunk }) => chunk)).toEqual(Array.from({ length: 40 }, (_, n) => n));
    expect(chunks[1]?.body).toStartWith(`word${CHUNK_SIZE}.\nword${CHUNK_SIZE + 1}.\n`);
    expect(await findLagging(db())).not.toContain(chat);
  });

  test("Search finds the same messages however many chunks are written", async () => {
    const chat = await chatOf(40 * CHUNK_SIZE);
    const expected = [2077, 1777, 1077, 977, 777, 377, 177, 77];
    const query = "77.";
    const found: number[][] = [await find(chat, query)];
    for (let more = true; more; found.push(await find(chat, query)))
      more = await writeChunks(db(), chat);
    for (const seqs of found)
      expect(seqs.filter((seq) => expected.includes(seq))).toEqual(expected);
    expect(new Set(found.map(String)).size).toBe(1);
    expect(await find(chat, "word77.")).toEqual([77]);
  });

  test("Every match of a term that is neither rare nor common is found, page by page", async () => {
    const chat = await chatOf(300 * CHUNK_SIZE, (seq) =>
      seq % CHUNK_SIZE === 7 ? "sparse" : "much",
    );
    await writeAll(chat);
    const all = Array.from({ length: 300 }, (_, n) => (299 - n) * CHUNK_SIZE + 7);
    for (const limit of [7, 100]) expect(await find(chat, "sparse", limit)).toEqual(all);
  });

  test("An edit or deletion is found at once, and its chunk is written again", async () => {
    const chat = await chatOf(30 * CHUNK_SIZE);
    await writeAll(chat);
    const [change, name] = [openEventLog(db()).changes, { chat, seq: 3 }];
    await change.edit(ann, name, "appearing");
    await change.remove(ann, { chat, seq: 4 });
    expect(await findLagging(db())).toContain(chat);
    for (const write of [() => {}, () => writeAll(chat)]) {
      await write();
      expect(await find(chat, "appearing")).toEqual([3]);
      expect(await find(chat, "word5.")).toEqual([5]);
      expect([...(await find(chat, "word3.")), ...(await find(chat, "word4."))]).toEqual([]);
    }
    expect((await chunksOf(chat))[0]?.body).not.toMatch(/word[34]\./);
    expect(await findLagging(db())).not.toContain(chat);
  });

  test("An edit during the writing of its chunk is in the chunk", async () => {
    const change = openEventLog(db()).changes;
    for (let round = 0; round < 10; round++) {
      const chat = await chatOf(20 * CHUNK_SIZE);
      await Promise.all([writeAll(chat), change.edit(ann, { chat, seq: 5 }, "meanwhile")]);
      await writeAll(chat);
      expect(await find(chat, "meanwhile")).toEqual([5]);
    }
  });

  test("The indexer writes chunks of committed events, and those that it finds at its start", async () => {
    const before = await chatOf(CHUNK_SIZE);
    const indexer = opened.use(startIndexer({ db: db(), log }));
    await eventually(async () => (await chunksOf(before)).length === 1);
    const after = await chatOf(3 * CHUNK_SIZE);
    indexer.onCommitted(after, [eventAt(1), eventAt(3 * CHUNK_SIZE)]);
    await eventually(async () => (await chunksOf(after)).length === 3);
    await openEventLog(db()).changes.edit(ann, { chat: after, seq: 2 }, "changed");
    indexer.onCommitted(after, [{ ...eventAt(3 * CHUNK_SIZE + 1), kind: "edit" } as ChatEvent]);
    await eventually(async () => (await chunksOf(after))[0]?.body.includes("changed") === true);
  });

  test("The indexer continues after the database failed", async () => {
    const chat = await chatOf(CHUNK_SIZE);
    let failures = 2;
    const failing = new Proxy(db(), {
      get(target, key) {
        if (key === "transaction" && failures-- > 0) throw new Error("the database is away");
        const value = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    opened.use(startIndexer({ db: failing, log }));
    await eventually(async () => (await chunksOf(chat)).length === 1);
  });
});
