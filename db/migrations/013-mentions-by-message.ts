import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create index mentions_by_message on mentions (chat_id, seq)
  `.execute(db);
}
