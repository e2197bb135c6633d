import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table changes (
      chat_id uuid not null references chats on delete cascade,
      seq bigint not null,
      kind text not null check (kind in ('edit', 'delete', 'reaction', 'member', 'chat')),
      by_id uuid not null references users,
      at timestamptz not null,
      target bigint,
      user_id uuid references users,
      detail jsonb not null default '{}',
      primary key (chat_id, seq)
    )
  `.execute(db);
}
