import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table sessions (
      id uuid primary key,
      user_id uuid not null references users on delete cascade,
      user_agent text not null,
      ip text not null,
      created_at timestamptz not null default now(),
      last_seen_at timestamptz not null,
      expires_at timestamptz not null
    )
  `.execute(db);
  await sql`
    create index sessions_by_user on sessions (user_id)
  `.execute(db);
  await sql`
    create index sessions_by_expiry on sessions (expires_at)
  `.execute(db);
}
