import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table mentions (
      chat_id uuid not null,
      seq bigint not null,
      user_id uuid not null references users on delete cascade,
      primary key (user_id, chat_id, seq),
      foreign key (chat_id, seq) references messages on delete cascade
    )
  `.execute(db);
}
