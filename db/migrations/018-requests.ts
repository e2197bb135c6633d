import { type Kysely, sql } from "kysely";

/** Members from before the migration count as accepted, and the chats that users made before it are not counted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table members add column requested_by uuid references users`.execute(db);
  await sql`
    create index members_by_requester on members (requested_by, user_id) where requested_by is not null
  `.execute(db);
  await sql`
    create table ended_requests (
      requester_id uuid not null references users on delete cascade,
      user_id uuid not null references users on delete cascade,
      at timestamptz not null,
      primary key (requester_id, user_id)
    )
  `.execute(db);
  await sql`
    create table chat_creations (
      user_id uuid not null references users on delete cascade,
      at timestamptz not null
    )
  `.execute(db);
  await sql`create index chat_creations_by_user on chat_creations (user_id, at)`.execute(db);
  await addTimeOfNewestEvent(db);
}

/** The newest event of a chat is a message or a change; each look-up uses the primary key. */
async function addTimeOfNewestEvent(db: Kysely<unknown>): Promise<void> {
  await sql`alter table chats add column last_at timestamptz not null default now()`.execute(db);
  await sql`
    update chats set last_at = coalesce(
      (select created_at from messages where chat_id = chats.id and seq = last_seq),
      (select at from changes where chat_id = chats.id and seq = last_seq),
      created_at
    )
  `.execute(db);
}
