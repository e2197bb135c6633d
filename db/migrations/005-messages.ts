import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table messages (
      chat_id uuid not null references chats on delete cascade,
      seq bigint not null,
      sender_id uuid not null references users,
      client_id uuid not null,
      body text not null,
      reply_to bigint,
      created_at timestamptz not null,
      edited_at timestamptz,
      deleted_at timestamptz,
      primary key (chat_id, seq),
      unique (sender_id, client_id)
    )
  `.execute(db);
}
