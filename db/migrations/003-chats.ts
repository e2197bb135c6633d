import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table chats (
      id uuid primary key,
      kind text not null check (kind in ('channel', 'group', 'direct')),
      visibility text not null check (visibility in ('public', 'private')),
      name text not null,
      topic text not null,
      direct_key text unique,
      last_seq bigint not null default 0,
      created_by uuid not null references users,
      created_at timestamptz not null default now(),
      check ((kind = 'direct') = (direct_key is not null)),
      check (kind = 'channel' or visibility = 'private')
    )
  `.execute(db);
  await sql`
    create index chats_public on chats (lower(name) text_pattern_ops, id) where visibility = 'public'
  `.execute(db);
}
