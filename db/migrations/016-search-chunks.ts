import { type Kysely, sql } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table passages rename to search_chunks`.execute(db);
  await sql`alter table search_chunks rename passage to chunk`.execute(db);
  await sql`alter table search_chunks rename words to body`.execute(db);
  await sql`alter table search_chunks rename since to first_at`.execute(db);
  await sql`alter table search_chunks rename until to last_at`.execute(db);
  await sql`alter index passages_pkey rename to search_chunks_pkey`.execute(db);
  await sql`alter index passages_by_words rename to search_chunks_by_body`.execute(db);
  await sql`
    alter table search_chunks
    rename constraint passages_chat_id_fkey to search_chunks_chat_id_fkey
  `.execute(db);
}
