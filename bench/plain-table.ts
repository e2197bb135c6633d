import { migrateToLatest } from "@parley/db/migrate";
import { type Database, openPostgres } from "@parley/db/open";
import { sql } from "kysely";
import { createDatabase } from "../test/stack/database.ts";

/** The body of each row, as long as the messages of the other benchmarks. */
const BODY = "Lanes are drawn. We have lane 4 next to Prague, the calm side.";

/** Creates a database with a table like `messages`; plain inserts into it are the upper limit for sends. */
export async function openPlainTable() {
  await using parts = new AsyncDisposableStack();
  const database = parts.use(await createDatabase());
  const opened = parts.use(openPostgres(database.url, () => {}));
  await migrateToLatest(opened.db);
  await sql`create table plain (chat_id uuid, seq bigint, sender_id uuid, client_id uuid, body text,
    created_at timestamptz, primary key (chat_id, seq), unique (sender_id, client_id))`.execute(
    opened.db,
  );
  const running = parts.move();
  return { url: database.url, db: opened.db, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Creates a function that inserts a number of rows in one statement and one commit. */
export function createInserter(db: Database) {
  const [chat, sender] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  let count = 0;
  return async function insert(rows: number): Promise<void> {
    const seqs = Array.from({ length: rows }, () => ++count);
    const ids = seqs.map(() => crypto.randomUUID());
    await sql`
      insert into plain select ${chat}::uuid, seq, ${sender}::uuid, id, ${BODY}, now()
      from unnest(${seqs}::bigint[], ${ids}::uuid[]) as new (seq, id)
    `.execute(db);
  };
}
