import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table stale_chunks (
      id bigint generated always as identity primary key,
      chat_id uuid not null references chats on delete cascade,
      chunk integer not null
    )
  `.execute(db);
  await sql`create index stale_chunks_by_chat on stale_chunks (chat_id, chunk)`.execute(db);
}
