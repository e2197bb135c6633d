import { type Kysely, sql } from "kysely";

/** Chats know how many members they have, because to count the members of a large channel takes milliseconds for each reader. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table chats add column members integer not null default 0`.execute(db);
  await sql`
    update chats set members = counted.members
    from (select chat_id, count(*) as members from members group by chat_id) as counted
    where chats.id = counted.chat_id
  `.execute(db);
  await sql`
    create function count_members() returns trigger language plpgsql as $$
    begin
      update chats set members = chats.members + (case tg_op when 'INSERT' then 1 else -1 end) * changed.members
      from (select chat_id, count(*) as members from changed_members group by chat_id) as changed
      where chats.id = changed.chat_id;
      return null;
    end
    $$
  `.execute(db);
  await sql`
    create trigger count_new_members after insert on members
    referencing new table as changed_members
    for each statement execute function count_members()
  `.execute(db);
  await sql`
    create trigger count_removed_members after delete on members
    referencing old table as changed_members
    for each statement execute function count_members()
  `.execute(db);
}
