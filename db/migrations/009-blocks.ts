import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table blocks (
      blocker_id uuid not null references users on delete cascade,
      blocked_id uuid not null references users on delete cascade,
      created_at timestamptz not null default now(),
      expires_at timestamptz,
      primary key (blocker_id, blocked_id),
      check (blocker_id <> blocked_id)
    )
  `.execute(db);
  await sql`
    create index blocks_by_blocked on blocks (blocked_id)
  `.execute(db);
  await sql`
    create index blocks_by_expiry on blocks (expires_at) where expires_at is not null
  `.execute(db);
}
