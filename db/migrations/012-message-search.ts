import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create extension if not exists pg_trgm
  `.execute(db);
  await sql`
    create index messages_by_words on messages using gin (body gin_trgm_ops)
  `.execute(db);
  await sql`
    create index messages_by_time on messages (chat_id, created_at, seq)
  `.execute(db);
}
