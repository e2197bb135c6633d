import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table chat_removals (
      chat_id uuid primary key references chats on delete cascade,
      removed_seq bigint not null default 0,
      requested_at timestamptz not null default now()
    )
  `.execute(db);
}
