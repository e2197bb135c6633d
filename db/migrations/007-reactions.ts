import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table reactions (
      chat_id uuid not null,
      seq bigint not null,
      user_id uuid not null references users,
      emoji text not null,
      created_at timestamptz not null default now(),
      primary key (chat_id, seq, user_id, emoji),
      foreign key (chat_id, seq) references messages on delete cascade
    )
  `.execute(db);
}
