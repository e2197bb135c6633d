import { type Kysely, sql } from "kysely";

/** Search looks up passages, runs of a chat's messages, so that a message's insert keeps no trigrams. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table passages (
      chat_id uuid not null references chats on delete cascade,
      passage bigint not null,
      words text not null,
      since timestamptz,
      until timestamptz,
      primary key (chat_id, passage)
    )
  `.execute(db);
  // Inline where it fits a page: the planner counts pages, and would not see what is stored outside.
  await sql`
    alter table passages alter column words set storage main
  `.execute(db);
  await sql`
    create index passages_by_words on passages using gin (words gin_trgm_ops)
  `.execute(db);
  await sql`
    drop index messages_by_words
  `.execute(db);
}
