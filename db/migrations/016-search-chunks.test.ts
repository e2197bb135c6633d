import { expect, setDefaultTimeout, test } from "bun:test";
import { sql } from "kysely";
import type { Migration } from "kysely/migration";
import { openMigratedTo } from "../testing/open-migrated-to.ts";
import * as searchChunks from "./016-search-chunks.ts";

setDefaultTimeout(60_000);

test("The search chunks survive the renaming of their table and columns", async () => {
  await using opened = await openMigratedTo("016");
  const { db } = opened;
  const [user, chat] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  await sql`
    insert into users (id, username, password_hash, display_name) values (${user}, 'ann', '-', 'Ann')
  `.execute(db);
  await sql`
    insert into chats (id, kind, visibility, name, topic, created_by)
    values (${chat}, 'group', 'private', 'room', '', ${user})
  `.execute(db);
  const [first, last] = [new Date(1_767_225_600_000), new Date(1_767_225_660_000)];
  await sql`
    insert into passages (chat_id, passage, words, since, until)
    values (${chat}, 3, 'hello', ${first}, ${last})
  `.execute(db);

  const migration: Migration = searchChunks;
  await migration.up(db);

  expect(await db.selectFrom("search_chunks").selectAll().execute()).toEqual([
    { chat_id: chat, chunk: 3, body: "hello", first_at: first, last_at: last },
  ]);
});
