import { migrateToLatest } from "@parley/db/migrate";
import { type Database, openPostgres } from "@parley/db/open";
import { sql } from "kysely";
import { createDatabase } from "../test/stack/database.ts";

/** What stands in a row of it, as long as what people say in a benchmark. */
const BODY = "Lanes are drawn. We have lane 4 next to Prague, the calm side.";

/** A database with a table like that of messages and nothing to decide: what stores into it is the limit. */
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
  return { db: opened.db, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** Somebody who stores rows, some at a time, each time in a statement and a commit of its own. */
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
