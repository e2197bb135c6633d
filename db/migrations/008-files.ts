import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table files (
      id uuid primary key,
      owner_id uuid not null references users,
      name text not null,
      type text not null,
      size bigint not null,
      width integer,
      height integer,
      thumbnail text,
      created_at timestamptz not null default now()
    )
  `.execute(db);
  await sql`
    create index files_by_owner on files (owner_id)
  `.execute(db);
  await sql`
    create table message_files (
      chat_id uuid not null,
      seq bigint not null,
      position integer not null,
      file_id uuid not null references files,
      primary key (chat_id, seq, position),
      foreign key (chat_id, seq) references messages on delete cascade
    )
  `.execute(db);
  await sql`
    create index message_files_by_file on message_files (file_id)
  `.execute(db);
}
