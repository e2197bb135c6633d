import { migrateToLatest } from "@parley/db/migrate";
import { type Database, openPostgres } from "@parley/db/open";
import { sql } from "kysely";
import { createDatabase } from "../test/stack/database.ts";
import { stackKinds } from "../test/stack/stack.ts";
import { measureRoom } from "./room.ts";

const ROWS = 100;
const CONNECTIONS = 2;
const MEASURED_MS = 4_000;

/** Durable messages a second: to 100 readers, and by ten people in one chat and in ten. */
export async function throughput(): Promise<void> {
  if (!stackKinds().includes("postgres")) {
    console.log("throughput: skipped, for it needs PostgreSQL (TEST_DATABASE_URL) and MinIO");
    return;
  }
  const limit = await plainInserts();
  console.log(
    `inserts of ${ROWS} rows by plain SQL, ${CONNECTIONS} connections: ${round(limit)} rows/s`,
  );
  for (const chats of [1, 10]) {
    const { messages } = await measureRoom({
      kind: "postgres",
      readers: 1,
      inFlight: 1_024,
      chats,
    });
    const ratio = (messages / limit).toFixed(2);
    console.log(
      `ten people in ${chats} chat${chats > 1 ? "s" : ""}: ${round(messages)} messages/s, ratio to plain inserts ${ratio}`,
    );
  }
  for (const inFlight of [256, 512, 1_024]) {
    const figures = await measureRoom({ kind: "postgres", readers: 100, inFlight });
    console.log(
      `stored and delivered to 100 readers, ${inFlight} in flight: ${round(figures.messages)} messages/s, ` +
        `p50 ${figures.p50.toFixed(1)} ms, p99 ${figures.p99.toFixed(1)} ms`,
    );
  }
}

/** What the same database takes in by statements of a hundred rows, with nothing to decide. */
async function plainInserts(): Promise<number> {
  await using database = await createDatabase();
  await using opened = openPostgres(database.url, () => {});
  await migrateToLatest(opened.db);
  await sql`create table plain (chat_id uuid, seq bigint, sender_id uuid, client_id uuid, body text,
    created_at timestamptz, primary key (chat_id, seq), unique (sender_id, client_id))`.execute(
    opened.db,
  );
  const end = performance.now() + MEASURED_MS;
  const counts = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => insertUntil(opened.db, end)),
  );
  return (counts.reduce((sum, count) => sum + count, 0) / MEASURED_MS) * 1_000;
}

async function insertUntil(db: Database, end: number): Promise<number> {
  const [chat, sender] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  let count = 0;
  while (performance.now() < end) {
    const seqs = Array.from({ length: ROWS }, () => ++count);
    const ids = seqs.map(() => crypto.randomUUID());
    await sql`
      insert into plain select ${chat}::uuid, seq, ${sender}::uuid, id, 'Lanes are drawn. We have lane 4 next to Prague.', now()
      from unnest(${seqs}::bigint[], ${ids}::uuid[]) as new (seq, id)
    `.execute(db);
  }
  return count;
}

function round(value: number): string {
  return Math.round(value).toLocaleString("en");
}
