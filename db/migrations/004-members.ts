import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table members (
      chat_id uuid not null references chats on delete cascade,
      user_id uuid not null references users,
      role text not null check (role in ('owner', 'admin', 'member')),
      read_seq bigint not null default 0,
      muted_until timestamptz,
      joined_at timestamptz not null default now(),
      primary key (chat_id, user_id)
    )
  `.execute(db);
  await sql`
    create index members_by_user on members (user_id, chat_id)
  `.execute(db);
}
