import { type Kysely, sql } from "kysely";

/** Search uses passages of consecutive messages, so that inserting a message updates no trigram index. */
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
  // Stored inline if it fits, because the planner counts only the pages of the table itself.
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
