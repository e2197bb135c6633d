import { expect, test } from "bun:test";
import type { Database } from "@parley/db/open";
import { createLog } from "@parley/platform/process/log";
import { type CompiledQuery, type QueryExecutorProvider, sql } from "kysely";
import { activeBlocks } from "../blocks/block-store.ts";
import { blockedPairs } from "../blocks/blocked-pairs.ts";
import { isDirectChatBlocked } from "../blocks/is-direct-chat-blocked.ts";
import { createHub } from "../realtime/hub.ts";
import { createUserChats } from "../realtime/user-chats.ts";
import { onTestDatabase } from "../testing/database.ts";
import { explainPrepared } from "../testing/explain-prepared.ts";
import { insertPerson } from "../testing/insert-people.ts";
import { watchStatements } from "../testing/watch-statements.ts";
import { viewedUsers } from "../users/viewed-users.ts";
import { chatPage, chatsById, startingChats } from "./chat-page.ts";
import { memberPage } from "./member-page.ts";
import { createReadMarks } from "./read-marks.ts";

const CHATS = 3_000;
const MESSAGES_EACH = 40;
const BLOCKS = 300;
/** Rows that are read of a chat that is shown: its own, and of its messages, reactions, files and mentions. */
const ROWS_OF_CHAT = 20;
const FEW = 100;

onTestDatabase((db) => {
  /** Puts a new user into the first chats; what they have not read are the messages of every second chat. */
  async function insertReader(name: string, chats: readonly string[]): Promise<string> {
    const id = await insertPerson(db(), name);
    await sql`
      insert into members (chat_id, user_id, role, read_seq)
      select chat, ${id}, 'member', case when place % 2 = 0 then ${MESSAGES_EACH}::int else 35 end
      from unnest(${chats}::uuid[]) with ordinality as joined (chat, place)
    `.execute(db());
    return id;
  }

  /** Fills the tables, without statistics of what is in them. */
  async function grow(): Promise<string[]> {
    const maker = await insertPerson(db(), "maker");
    const { rows } = await sql<{ id: string }>`
      insert into chats (id, kind, visibility, name, topic, created_by, last_seq)
      select gen_random_uuid(), 'group', 'private', '', '', ${maker}, ${MESSAGES_EACH}
      from generate_series(1, ${CHATS}::int) returning id
    `.execute(db());
    const ids = rows.map(({ id }) => id);
    await sql`
      insert into messages (chat_id, seq, sender_id, client_id, body, created_at)
      select id, n, ${maker}, gen_random_uuid(), 'hello', now()
      from unnest(${ids}::uuid[]) as id, generate_series(1, ${MESSAGES_EACH}::int) as n
    `.execute(db());
    await sql`
      insert into reactions (chat_id, seq, user_id, emoji, since)
      select id, n, ${maker}, '👍', n from unnest(${ids}::uuid[]) as id, unnest(array[1, ${MESSAGES_EACH}::int]) as n
    `.execute(db());
    return ids;
  }

  /** @returns the number of users whom the blocker blocks then. */
  async function block(blocker: string): Promise<number> {
    await sql`
      with others as (
        insert into users (id, username, password_hash, display_name)
        select gen_random_uuid(), 'blocked' || n, '-', '-' from generate_series(1, ${BLOCKS}::int) as n
        returning id
      )
      insert into blocks (blocker_id, blocked_id) select ${blocker}::uuid, id from others
    `.execute(db());
    return BLOCKS;
  }

  /** Everything that a client of a user reads by prepared statements, of chats, members and blocks. */
  async function readAll(q: QueryExecutorProvider & Database, viewer: string, chats: string[]) {
    const [at, chat = viewer] = [new Date(), chats[0]];
    const viewing = { viewer, at };
    await startingChats(q, viewing);
    await chatPage(q, viewing, { after: undefined, limit: 101 });
    await chatPage(q, viewing, { after: chats.at(-1), limit: 21 });
    await chatsById(q, viewing, [chat]);
    await memberPage(q, { viewer, chat, after: undefined, limit: 101 });
    await activeBlocks(q, viewer, at);
    await blockedPairs(q, [viewer], at);
    await isDirectChatBlocked(q, chat, at);
    await createUserChats(q)(viewer);
    await viewedUsers(q, viewer, [viewer, chat], at);
    const marks = createReadMarks({
      db: q,
      hub: createHub(() => {}),
      log: createLog("test", "silent"),
    });
    await marks.mark(viewer, chat, 36);
  }

  test("Plans that were made while the tables were empty read no more than they must when they have grown", async () => {
    await sql`vacuum analyze`.execute(db());
    await db()
      .connection()
      .execute(async (connection) => {
        let sent: CompiledQuery[] = [];
        const watched = watchStatements(connection, (query) => sent.push(query));
        await sql`set plan_cache_mode = force_generic_plan`.execute(connection);
        await readAll(watched, Bun.randomUUIDv7(), []);
        const chats = await grow();
        for (const count of [1, 20, 200, 1_000]) {
          const own = chats.slice(0, count);
          const reader = await insertReader(`reader${count}`, own);
          const blocked = count === 200 ? await block(reader) : 0;
          sent = [];
          await readAll(watched, reader, own);
          for (const query of sent) {
            const { text, rows, steps } = await explainPrepared(connection, query);
            const isWithin = rows <= ROWS_OF_CHAT * count + 3 * blocked + FEW;
            expect({ text, rows, isWithin }).toEqual({ text, rows, isWithin: true });
            expect({ text, steps }).toEqual({ text, steps: steps.filter(isOfIndexes) });
          }
        }
      });
  });

  test("A connection plans the statements of the bootstrap once, whoever asks", async () => {
    const [first = ""] = await grow();
    const reader = await insertReader("reader", [first]);
    await db()
      .connection()
      .execute(async (connection) => {
        for (let run = 0; run < 12; run++) await readAll(connection, reader, [first]);
        const { rows } = await sql<{ statement: string; custom_plans: number }>`
          select statement, custom_plans from pg_prepared_statements where name like 'parley_%'
        `.execute(connection);
        expect(rows.length).toBeGreaterThan(8);
        for (const { statement, custom_plans } of rows)
          expect({ statement, isPlannedOnce: custom_plans <= 10 }).toEqual({
            statement,
            isPlannedOnce: true,
          });
      });
  });
});

/** Whether a step reads no whole table. */
const isOfIndexes = (step: string) => !/^(Seq Scan|Bitmap)/.test(step);
