import { type Kysely, sql } from "kysely";

/**
 * The transaction that inserts a message reads its chat and sender under the chat's lock, so that the
 * foreign keys would only repeat the check for each row (docs/decisions/one-writer.md).
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table messages drop constraint messages_chat_id_fkey, drop constraint messages_sender_id_fkey
  `.execute(db);
}
