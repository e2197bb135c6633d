import { expect, test } from "bun:test";
import { sql } from "kysely";
import { openTestDatabase } from "../testing/open-test-database.ts";

test("A chat knows the number of its members through additions and removals of any size", async () => {
  await using opened = await openTestDatabase();
  const { db } = opened;
  await sql`
    insert into users (id, username, password_hash, display_name)
    select gen_random_uuid(), 'user' || n, '-', 'User' from generate_series(1, 30) as n
  `.execute(db);
  await sql`
    insert into chats (id, kind, visibility, name, topic, created_by)
    select gen_random_uuid(), 'group', 'private', '', '', id from users order by username limit 2
  `.execute(db);
  const counts = async () => {
    const { rows } = await sql<{ known: number; counted: number }>`
      select members as known, (select count(*) from members where chat_id = chats.id) as counted
      from chats
    `.execute(db);
    expect(rows.map(({ known }) => known)).toEqual(rows.map(({ counted }) => counted));
    return rows.map(({ known }) => known);
  };
  await sql`
    insert into members (chat_id, user_id, role) select chats.id, users.id, 'member' from chats, users
  `.execute(db);
  expect(await counts()).toEqual([30, 30]);
  await sql`delete from members where user_id in (select id from users limit 7)`.execute(db);
  expect(await counts()).toEqual([23, 23]);
  await sql`update members set role = 'admin'`.execute(db);
  expect(await counts()).toEqual([23, 23]);
  await sql`delete from chats where id in (select id from chats limit 1)`.execute(db);
  expect(await counts()).toEqual([23]);
});
