import { beforeAll, expect, test } from "bun:test";
import type { Database } from "@parley/db/open";
import { sql } from "kysely";
import { createChatView } from "../chats/chat-view.ts";
import { createReplay } from "../events/replay.ts";
import { writeChunks } from "../search/search-chunks.ts";
import { searchMessages } from "../search/search-messages.ts";
import { onTestDatabase } from "../testing/database.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import { openChatReplay, UNKNOWN_USER_KINDS } from "../testing/open-event-log.ts";
import { recordQueries } from "../testing/record-queries.ts";
import { type Position, readPage } from "./history.ts";

const MESSAGES = 20_000;

onTestDatabase((db) => {
  let ann: string;
  let bob: string;
  let room: string;

  beforeAll(async () => {
    ann = await insertPerson(db(), "ann");
    bob = await insertPerson(db(), "bob");
    room = await insertChat(db(), "group", [ann, bob]);
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select ${room}, n, ${ann}, gen_random_uuid(), 'the ' || md5(n::text),
        timestamptz '2026-01-01' + n * interval '1 second'
      from generate_series(1, ${MESSAGES}::int) as n
    `.execute(db());
    await sql`update chats set last_seq = ${MESSAGES}`.execute(db());
    while (await writeChunks(db(), room));
    await sql`vacuum analyze messages, search_chunks`.execute(db());
  });

  /** The distinct scans of the tables of messages and search chunks, in the order of the queries. */
  async function scansOf(work: (db: Database) => Promise<unknown>): Promise<string[]> {
    const recorded = recordQueries(db());
    await work(recorded.db);
    const plans = (await recorded.plans()).join("\n");
    const scans = [
      ...plans.matchAll(/(?:Seq Scan|Index Only Scan|Index Scan|Bitmap Index Scan).*? on \S+/g),
    ];
    return [...new Set(scans.map(([scan]) => scan))].filter((scan) =>
      /messages|search_chunks/.test(scan),
    );
  }

  test.each([
    { from: "newest" },
    { from: "before", seq: MESSAGES / 2 },
    { from: "after", seq: MESSAGES / 2 },
    { from: "around", seq: MESSAGES / 2 },
  ] as Position[])("A page of history is read by an index, from %j", async (position) => {
    expect(await scansOf((q) => readPage(q, ann, room, position, 50))).toMatchSnapshot();
  });

  test("A replay of one chat is read by an index", async () => {
    const scans = await scansOf((q) => openChatReplay(q)(room, MESSAGES - 900, 1_000));
    expect(scans).toMatchSnapshot();
  });

  test("A replay of many chats is read by an index", async () => {
    const kinds = UNKNOWN_USER_KINDS;
    const ranges = [room, Bun.randomUUIDv7()].map((chat) => ({
      chat,
      after: MESSAGES - 900,
      upTo: MESSAGES,
    }));
    const scans = await scansOf((q) => createReplay({ db: q, kinds }).events(ranges));
    expect(scans).toMatchSnapshot();
  });

  test("The list of chats, last messages and unread counts is read by indexes", async () => {
    const users = { show: async () => new Map() };
    const scans = await scansOf((q) => createChatView({ db: q, users }).startFor(ann, q));
    expect(scans).toMatchSnapshot();
  });

  test("Unread messages are counted in a bounded part of the chat", async () => {
    const rowsFor = async (user: string) => {
      const recorded = recordQueries(db());
      const users = { show: async () => new Map() };
      await createChatView({ db: recorded.db, users }).startFor(user, recorded.db);
      const scans = (await recorded.runs()).join("\n").matchAll(/ on messages.*?rows=(\d+)/g);
      return Math.max(...[...scans].map(([, rows]) => Number(rows)));
    };
    expect(await rowsFor(bob)).toBe(1_000);
    expect(await rowsFor(ann)).toBe(10_000);
  });

  test.each(["the", "deadbeef", "zz"])("A search for %j is read by indexes", async (query) => {
    const scans = await scansOf((q) =>
      searchMessages(q, { chats: [room], terms: [query], limit: 50 }),
    );
    expect(scans).toMatchSnapshot();
  });
});
