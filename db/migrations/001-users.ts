import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table users (
      id uuid primary key,
      username text not null unique,
      password_hash text not null,
      display_name text not null,
      bio text not null default '',
      role text not null default 'member' check (role in ('admin', 'member')),
      locale text,
      avatar text,
      last_seen_at timestamptz,
      suspended_until timestamptz,
      created_at timestamptz not null default now()
    )
  `.execute(db);
  await sql`
    create index users_by_username on users (username text_pattern_ops)
  `.execute(db);
  await sql`
    create index users_by_display_name on users (lower(display_name) text_pattern_ops)
  `.execute(db);
}
