import { type Kysely, sql } from "kysely";

/**
 * A message's chat and sender are read under the chat's lock in the transaction that writes it, so
 * that checking them once more for each row only costs; see docs/decisions/one-writer.md.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table messages drop constraint messages_chat_id_fkey, drop constraint messages_sender_id_fkey
  `.execute(db);
}
