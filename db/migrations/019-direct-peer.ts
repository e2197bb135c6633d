import { type Kysely, sql } from "kysely";

/** Adds the function that finds the other user of a direct chat; PostgreSQL inlines its expression. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function direct_peer(direct_key text, user_id uuid) returns uuid
    language sql immutable parallel safe
    return case user_id::text
      when split_part(direct_key, ':', 1) then split_part(direct_key, ':', 2)
      when split_part(direct_key, ':', 2) then split_part(direct_key, ':', 1)
    end::uuid
  `.execute(db);
}
