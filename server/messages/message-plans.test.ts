import { expect, test } from "bun:test";
import type { Database } from "@parley/db/open";
import { type CompiledQuery, sql } from "kysely";
import { createReplay } from "../events/replay.ts";
import { onTestDatabase } from "../testing/database.ts";
import { explainPrepared } from "../testing/explain-prepared.ts";
import { insertChat, insertPerson } from "../testing/insert-people.ts";
import { UNKNOWN_USER_KINDS } from "../testing/open-event-log.ts";
import { watchStatements } from "../testing/watch-statements.ts";
import { type Position, readPage } from "./history.ts";
import { findMessages, readMessages } from "./read-messages.ts";

const MESSAGES = 20_000;
const LIMIT = 50;
/** Enough for PostgreSQL to choose between a plan for each execution and one for all. */
const RUNS = 12;
/** Executions that PostgreSQL plans for their values, before it chooses. */
const OWN_PLANS = 5;
/** Of each message: itself, in the index and the table, and a reaction. */
const ROWS_OF_MESSAGE = 3;
const FEW = 20;

onTestDatabase((db) => {
  /** Fills one chat among others, without statistics of what is in the tables. */
  async function grow(chats: readonly string[], sender: string): Promise<void> {
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select chat, n, ${sender}, gen_random_uuid(), 'hello', now()
      from unnest(${chats}::uuid[]) as chat, generate_series(1, ${MESSAGES}::int) as n
    `.execute(db());
    await sql`
      insert into reactions (chat_id, seq, user_id, emoji, since)
      select chat_id, seq, ${sender}, '👍', seq from messages where chat_id = any(${chats}::uuid[])
    `.execute(db());
  }

  async function readAll(q: Database, viewer: string, chat: string): Promise<void> {
    const seq = MESSAGES / 2;
    const positions: Position[] = [
      { from: "newest" },
      { from: "before", seq },
      { from: "after", seq },
      { from: "around", seq },
    ];
    for (const position of positions) await readPage(q, viewer, chat, position, LIMIT);
    const keys = Array.from({ length: LIMIT }, (_, n) => ({ chat_id: chat, seq: n * 100 + 1 }));
    await readMessages(q, viewer, keys);
    await findMessages(q, keys);
    const replay = createReplay({ db: q, kinds: UNKNOWN_USER_KINDS });
    await replay.heads([chat]);
    await replay.events([{ chat, after: seq, upTo: seq + LIMIT }]);
  }

  test("Plans that were made while there were no messages read no more than they show when there are many", async () => {
    const ann = await insertPerson(db(), "ann");
    const chats = await Promise.all([1, 2, 3].map(() => insertChat(db(), "group", [ann])));
    const [chat = ""] = chats;
    await db()
      .connection()
      .execute(async (connection) => {
        let sent: CompiledQuery[] = [];
        const watched = watchStatements(connection, (query) => sent.push(query));
        for (let run = 0; run < RUNS; run++) await readAll(watched, ann, chat);
        const { rows: plans } = await sql<{ statement: string; custom_plans: number }>`
          select statement, custom_plans from pg_prepared_statements where custom_plans + generic_plans >= ${RUNS}
        `.execute(connection);
        expect(plans.length).toBeGreaterThan(7);
        for (const { custom_plans } of plans) expect(custom_plans).toBe(OWN_PLANS);
        await grow(chats, ann);
        sent = [];
        await readAll(watched, ann, chat);
        for (const query of sent) {
          const { text, rows } = await explainPrepared(connection, query);
          expect({ text, rows, isWithin: rows <= ROWS_OF_MESSAGE * LIMIT + FEW }).toEqual({
            text,
            rows,
            isWithin: true,
          });
        }
      });
  });
});
